import { expect } from 'vitest';
import { type AgentDefinition, defaultLimits } from '../../contract/agents.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../store.ts';

const at = '2026-11-27T08:00:00.000Z';

/** An agent that administrators could make, of a name of its own. */
export const definitionOf = (more: Partial<AgentDefinition> = {}): AgentDefinition => ({
  name: `Agent ${newId()}`,
  description: 'Answers.',
  instructions: 'Answer.',
  tools: ['search_corpora'],
  corpora: [],
  ...defaultLimits,
  model: '',
  ...more,
});

/** Made by somebody; everybody may use it. */
export async function newAgent(store: Store, by: { userId: string | null }, more: Partial<AgentDefinition> = {}) {
  const [agentId, definition] = [`agent_${newId().replaceAll('-', '')}`, definitionOf(more)];
  const change = { agentId, at, by };
  expect(await store.write.createAgent({ ...change, definition, note: '' })).toBe('created');
  return { change, agentId, definition };
}
