import { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { CorpusTag } from '../../contract/document-tags.ts';
import type { Corpus, FoundPassage } from '../../contract/documents.ts';
import { AppError } from '../../errors.ts';
import type { PassageNumbers } from '../passage-numbers.ts';

/** Knowledge as a user may see it. Each call checks the actor's grants; a corpus or passage out of reach is as if it were not there. */
export type KnowledgeTools = {
  /** @param query.corpora  ids; left out means every corpus the actor may read that is not archived
   *  @param query.tags  only documents that have at least one of them */
  search(
    actor: Actor,
    query: { query: string; corpora?: string[]; tags?: string[]; limit: number },
    signal: AbortSignal,
  ): Promise<{ passages: FoundPassage[]; mode: 'hybrid' | 'partial' | 'lexical' }>;
  /** The corpora that may be searched. */
  listCorpora(actor: Actor): Promise<Corpus[]>;
  /** Of each corpus the tags of its documents, those of the most documents first. */
  tagsByCorpus(actor: Actor, corpusIds: readonly string[]): Promise<ReadonlyMap<string, CorpusTag[]>>;
  openPassage(actor: Actor, passageId: string): Promise<FoundPassage | undefined>;
};

/** What a tool runs with: always the user's own rights, within the corpora chosen for the turn. */
export type ToolRun = {
  actor: Actor;
  /** Ids or names of the turn's corpora; empty means all the actor may read. */
  corpora: readonly string[];
  knowledge: KnowledgeTools;
  numbers: PassageNumbers;
};

/** The output is stored as it is; `error` in it means that the tool failed. */
export type ToolOutput = Record<string, unknown>;

/** A tool without the runtime that calls it. */
export type AgentTool<Input extends z.ZodObject = z.ZodObject> = {
  name: string;
  description: string;
  input: Input;
  /** What the model is told of `input`, as JSON Schema: made once, because every call of the model names every tool. */
  inputSchema: Record<string, unknown>;
  /** Whether running it twice is the same as running it once, so that a call a crash cut off may run again. */
  isRepeatable: boolean;
  /** How long it may take; a minute where it is left out. */
  deadlineMs?: number;
  run(run: ToolRun, input: z.infer<Input>, signal: AbortSignal): Promise<ToolOutput>;
};

/** A zod object as the JSON Schema of what may be sent to it. */
export function toInputSchema(input: z.ZodObject): Record<string, unknown> {
  return z.toJSONSchema(input, { io: 'input' });
}

/** How long a tool may take. */
const deadlineMs = 60_000;

/** Runs a tool and always has an output: bad input, a failure and the deadline are told to the model as `error`, in words
 *  without anything internal. A stopped turn gives an error too, which nobody reads.
 *  @param onFailure  told of failures that are ours, once each */
export async function runTool(
  tool: AgentTool,
  run: ToolRun,
  input: Record<string, unknown>,
  signal: AbortSignal,
  options: { deadlineMs?: number; onFailure?: (error: unknown) => void } = {},
): Promise<ToolOutput> {
  const parsed = tool.input.safeParse(input);
  if (!parsed.success) {
    const issues = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    return { error: `The input of ${tool.name} is not valid. ${issues.join('; ')}`.slice(0, 500) };
  }
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), options.deadlineMs ?? tool.deadlineMs ?? deadlineMs);
  const either = AbortSignal.any([signal, deadline.signal]);
  try {
    return await Promise.race([tool.run(run, parsed.data, either), whenAborted(either)]);
  } catch (error) {
    if (signal.aborted) return { error: 'interrupted' };
    if (deadline.signal.aborted) return { error: `${tool.name} took too long and was stopped.` };
    if (error instanceof AppError) return { error: error.message };
    options.onFailure?.(error);
    return { error: `${tool.name} failed. Try once more, or answer without it.` };
  } finally {
    clearTimeout(timer);
    // Lets go of the listener that `whenAborted` set on the turn's signal.
    deadline.abort();
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(new Error('aborted'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
