import type { Actor } from '../../access/actor.ts';
import { systemClock } from '../../clock.ts';
import type { Corpus, FoundPassage } from '../../contract/documents.ts';
import type { Model } from '../../models/model.ts';
import { type ScriptedMoment, type ScriptedStep, scriptedModel } from '../../models/scripted.ts';
import { toUserEvent } from '../adk-events.ts';
import type { AgentOutput, AgentRun, AgentText } from '../agent-run.ts';
import { librarian } from '../catalogue.ts';
import { loadRunAgent } from '../load-adk.ts';
import type { KnowledgeTools } from '../tools/agent-tool.ts';

const runAgent = await loadRunAgent();

export const actor: Actor = { userId: 'u1', username: 'alice', displayName: 'Alice', role: 'member', tokenId: 't1' };

const corpus = (id: string, name: string): Corpus => ({
  id,
  name,
  description: '',
  owner_username: 'alice',
  documents: 1,
  passages: 1,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  bytes: 1,
  tags: [],
  archived_at: null,
  access: 'read',
});

export function passage(id: string, text: string, corpus_id = 'c1', start = 100): FoundPassage {
  return {
    corpus_id,
    corpus_name: 'Handbook',
    document_id: `d-${id}`,
    document_version: 1,
    document_title: `Document ${id}`,
    passage_id: id,
    start,
    end: start + text.length,
    score: 0.5,
    text,
    heading_path: [],
  };
}

export const backup = passage('p1', 'Run perdure backup to back up everything. It takes a minute.');
export const restore = passage('p2', 'Run perdure restore to bring it back beside the old one.');

/** In-memory knowledge that records who asked for what. */
export function knowledge(found: FoundPassage[] = [backup, restore]) {
  const searches: { actor: Actor; query: string; corpora: string[] | undefined; tags?: string[] }[] = [];
  const ports: KnowledgeTools = {
    search: async (by, { query, corpora, tags, limit }) => {
      searches.push({ actor: by, query, corpora, ...(tags && { tags }) });
      return { passages: found.slice(0, limit), mode: 'hybrid' };
    },
    listCorpora: async () => [corpus('c1', 'Handbook'), corpus('c2', 'Contracts')],
    tagsByCorpus: async () => new Map([['c1', [{ tag: 'Backup', documents: 2 }]]]),
    openPassage: async (_by, id) => found.find((each) => each.passage_id === id),
  };
  return { ports, searches };
}

let ids = 0;
const newId = () => `id-${++ids}`;
export const question = toUserEvent({ id: 'e1', turnId: 'turn-1', text: 'How do I back up?', timestampMs: 1 });
export const searchCall = { callId: 'call-1', tool: 'search_corpora', input: { query: 'backup' } };

export type Given = Partial<AgentRun> & { model?: Model; found?: FoundPassage[]; ports?: KnowledgeTools };

export function start({ model = scriptedModel(() => ({ text: 'Hello.' })), found, ports, ...run }: Given) {
  return runAgent(
    { model, knowledge: ports ?? knowledge(found).ports, clock: systemClock, newId },
    {
      definition: librarian,
      actor,
      sessionId: 's1',
      turnId: 'turn-1',
      corpora: [],
      history: [question],
      firstStep: 0,
      show: () => undefined,
      mayUseAgent: () => Promise.resolve(true),
      signal: new AbortController().signal,
      ...run,
    },
  );
}

/** What a run shows and gives to store, in the order it does. */
export async function collect(given: Given) {
  const all: (AgentText | ({ type: 'commit' } & AgentOutput))[] = [];
  let error: unknown;
  const show: AgentRun['show'] = (text) => {
    all.push(text);
    return given.show?.(text);
  };
  try {
    for await (const output of start({ ...given, show })) all.push({ type: 'commit', ...output });
  } catch (thrown) {
    error = thrown;
  }
  const commits = all.filter((output) => output.type === 'commit');
  const events = commits.flatMap((commit) => commit.events);
  const shown = (step: number) =>
    all.map((each) => (each.type === 'text' && each.step === step ? each.text : '')).join('');
  const final = events.find((event) => event.type === 'agent_message' && event.payload.final);
  return { all, commits, events, shown, error, final: final?.type === 'agent_message' ? final.payload : undefined };
}

export const script =
  (...steps: ScriptedStep[]) =>
  ({ step }: ScriptedMoment) =>
    steps[step] ?? { text: 'done' };
