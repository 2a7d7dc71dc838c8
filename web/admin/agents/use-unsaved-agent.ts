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
    sub_agents: z.array(z.string()).optional(),
    max_steps: z.number(),
    max_answer_chars: z.number(),
    model: z.string(),
  }),
});

type Form = { isTouched: boolean; text: UnsavedAgent };

/** What stands in the form, kept in this browser with every key until it is saved or dropped. A form that nobody touched shows what others
 *  save; one that somebody did stays, and knows the version it was made of. */
export function useUnsavedAgent(agentId: string, saved: { version: number; definition: AgentDefinition }) {
  const { drafts } = useServices();
  const key = unsavedKey(agentId);
  const fresh = (): Form => ({
    isTouched: false,
    text: { baseVersion: saved.version, definition: saved.definition, note: '' },
  });
  const [state, setState] = useState((): Form => {
    const text = read(drafts.read(key));
    return text ? { isTouched: true, text } : fresh();
  });
  if (!state.isTouched && state.text.baseVersion < saved.version) setState(fresh());
  const current = state.text;
  const put = (text: UnsavedAgent) => {
    const isTouched = text.baseVersion !== saved.version || !isSame(text.definition, saved.definition);
    setState({ isTouched, text });
    drafts.write(key, isTouched ? JSON.stringify(text) : '');
  };
  return {
    current,
    isChanged: state.isTouched && !isSame(current.definition, saved.definition),
    isOvertaken: state.isTouched && current.baseVersion < saved.version,
    change: (changes: Partial<AgentDefinition>) =>
      put({ ...current, definition: { ...current.definition, ...changes } }),
    setNote: (note: string) => put({ ...current, note }),
    /** Goes on from a version that somebody else saved. */
    keepOver: (baseVersion: number) => put({ ...current, baseVersion }),
    drop: () => {
      setState(fresh());
      drafts.write(key, '');
    },
    /** It was saved as this version. */
    saved: (baseVersion: number) => {
      setState({ isTouched: false, text: { ...current, baseVersion, note: '' } });
      drafts.write(key, '');
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
    (each.sub_agents ?? []).toSorted(),
    each.max_steps,
    each.max_answer_chars,
    each.model.trim(),
  ]);
