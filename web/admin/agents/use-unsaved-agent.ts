import { useState } from 'react';
import { z } from 'zod';
import { type AgentDefinition, agentToolName } from '../../../src/contract/agents.ts';
import { useServices } from '../../services.tsx';

/** An agent as it stands in the form: perhaps not fit to be saved yet. `baseVersion` is the version it was made of, 0 for a new one. */
export type UnsavedAgent = { baseVersion: number; definition: AgentDefinition; note: string };

/** Under which the unsaved text of an agent is kept in this browser, beside that of sessions. */
export const unsavedKey = (agentId: string) => `agent.${agentId}`;

/** Under which the session of its test bench is kept. */
export const benchKey = (agentId: string) => `bench.${agentId}`;

/** As it is kept: written by this page, perhaps of an earlier version of it. */
const kept = z.object({
  baseVersion: z.number(),
  note: z.string(),
  definition: z.object({
    name: z.string(),
    description: z.string(),
    instructions: z.string(),
    tools: z.array(agentToolName),
    corpora: z.array(z.string()),
    max_steps: z.number(),
    max_answer_chars: z.number(),
    model: z.string(),
  }),
});

/** What stands in the form, kept in this browser with every key until it is saved or dropped. */
export function useUnsavedAgent(agentId: string, saved: { version: number; definition: AgentDefinition }) {
  const { drafts } = useServices();
  const key = unsavedKey(agentId);
  const fresh = (): UnsavedAgent => ({ baseVersion: saved.version, definition: saved.definition, note: '' });
  const [current, setCurrent] = useState<UnsavedAgent>(() => read(drafts.read(key)) ?? fresh());
  const isChanged = !isSame(current.definition, saved.definition);
  // What nobody changed goes along with what others save.
  if (!isChanged && current.baseVersion !== saved.version) setCurrent({ ...current, baseVersion: saved.version });
  const put = (next: UnsavedAgent) => {
    setCurrent(next);
    drafts.write(key, isSame(next.definition, saved.definition) ? '' : JSON.stringify(next));
  };
  return {
    current,
    isChanged,
    change: (changes: Partial<AgentDefinition>) =>
      put({ ...current, definition: { ...current.definition, ...changes } }),
    setNote: (note: string) => put({ ...current, note }),
    /** Goes on from a version that somebody else saved. */
    keepOver: (baseVersion: number) => put({ ...current, baseVersion }),
    drop: () => put(fresh()),
    /** It was saved as this version. */
    saved: (version: number) => {
      drafts.write(key, '');
      setCurrent({ ...current, baseVersion: version, note: '' });
    },
  };
}

function read(text: string): UnsavedAgent | undefined {
  if (text === '') return undefined;
  try {
    return kept.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const isSame = (a: AgentDefinition, b: AgentDefinition) => facts(a) === facts(b);
const facts = (each: AgentDefinition) =>
  JSON.stringify([
    each.name.trim(),
    each.description.trim(),
    each.instructions.trim(),
    each.tools.toSorted(),
    each.corpora.toSorted(),
    each.max_steps,
    each.max_answer_chars,
    each.model.trim(),
  ]);
