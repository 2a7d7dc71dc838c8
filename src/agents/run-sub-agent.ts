import { z } from 'zod';
import type { Usage } from '../contract/events.ts';
import { ModelError } from '../models/model.ts';
import { responsesOf, textOf, toUserEvent } from './adk-events.ts';
import { AgentError } from './agent-error.ts';
import type { AgentDeps, AgentRun } from './agent-run.ts';
import type { RunAgent } from './load-adk.ts';
import { MarkerScanner } from './marker-scanner.ts';
import type { NumberedPassage, PassageNumbers } from './passage-numbers.ts';
import type { SubAgent } from './sub-agents.ts';
import type { ToolOutput } from './tools/agent-tool.ts';

/** In UTF-16 units, so that a stored result stays under the 64 KiB of an event's payload. */
const maxAnswer = 4_000;
const maxPassages = 14_000;
const passagesOf = z.object({ passages: z.array(z.object({ corpus_id: z.string() })) });

/** Has an agent answer another one's question: with the turn's rights, corpora and model, of the question alone, and it asks nobody itself.
 *  What it finds gets the turn's next numbers, so that the asking agent cites it as its own.
 *  @param onUsage  told of each model call */
export async function runSubAgent(
  runAgent: RunAgent,
  deps: AgentDeps,
  run: AgentRun,
  asked: {
    agent: SubAgent;
    question: string;
    numbers: PassageNumbers;
    signal: AbortSignal;
    onUsage: (usage: Usage) => void;
  },
): Promise<ToolOutput> {
  const { agent, question, numbers, signal, onUsage } = asked;
  const { actor, sessionId, turnId, corpora } = run;
  let shown = 0;
  const read = new Set<string>();
  const outputs = runAgent(deps, {
    definition: agent.definition,
    actor,
    sessionId,
    turnId,
    corpora,
    history: [toUserEvent({ id: deps.newId(), turnId, text: question, timestampMs: deps.clock.nowMs() })],
    firstStep: 0,
    numbers,
    maxSteps: agent.maxSteps,
    show(piece) {
      if (piece.type === 'text') shown += piece.text.length;
      if (shown > agent.maxAnswerChars) throw new AgentError('output_too_long');
      return undefined;
    },
    mayUseAgent: async () => (await run.mayUseAgent()) && (await agent.mayUse()),
    signal,
  });
  try {
    for await (const { usage, final, adkEvents } of outputs) {
      onUsage(usage);
      for (const { output } of adkEvents.flatMap(responsesOf)) {
        for (const { corpus_id } of passagesOf.safeParse(output).data?.passages ?? []) read.add(corpus_id);
      }
      if (final) return answerOf(agent, adkEvents.map(textOf).join(''), numbers, [...read]);
    }
  } catch (error) {
    if (!(error instanceof ModelError || error instanceof AgentError)) throw error;
    deps.log?.warn('sub_agent_failed', { turnId, agentId: agent.definition.id, code: error.code });
  }
  return { error: `${agent.definition.name} did not answer. Try once more, or answer without it.` };
}

/** The answer as its agent wrote it, without the marks of passages that are not given with it. */
function answerOf(
  { definition, version }: SubAgent,
  whole: string,
  numbers: PassageNumbers,
  corpusIds: string[],
): ToolOutput {
  const text = whole.length > maxAnswer ? `${whole.slice(0, maxAnswer).toWellFormed()} […]` : whole;
  const passages: NumberedPassage[] = [];
  let chars = 0;
  const scanner = new MarkerScanner((n) => {
    if (passages.some((each) => each.n === n)) return n;
    const passage = numbers.get(n);
    if (!passage || (chars + passage.text.length > maxPassages && passages.length > 0)) return undefined;
    chars += passage.text.length;
    passages.push(passage);
    return n;
  });
  const answer = scanner.push(text) + scanner.end();
  return { agent: definition.name, agent_id: definition.id, version, answer, corpus_ids: corpusIds, passages };
}
