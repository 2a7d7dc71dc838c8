import { type Actor, byOf } from '../access/actor.ts';
import type { Clock } from '../clock.ts';
import { type AgentDefinition, maxAgents } from '../contract/agents.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Refused, SaveOutcome } from '../store/commands/agents.ts';
import { encodeJson } from '../store/json.ts';
import type { Store } from '../store/store.ts';

type Ports = { store: Store; clock: Clock };
type Saved = { agent_id: string; version: number };

/** Makes an agent that everybody may use until its grants say otherwise.
 *  @throws AppError name_taken; bad_request for a corpus or an agent that is not there; conflict beyond the most agents there may be */
export async function createAgent(
  { store, clock }: Ports,
  actor: Actor,
  { definition, note = '' }: { definition: AgentDefinition; note?: string | undefined },
): Promise<Saved> {
  // An identifier: it is its name inside ADK, too.
  const agentId = `agent_${newId().replaceAll('-', '')}`;
  const args = { agentId, definition: storable(definition), note, at: clock.now(), by: byOf(actor) };
  const outcome = await store.write.createAgent(args);
  switch (outcome) {
    case 'created':
      return { agent_id: agentId, version: 1 };
    case 'too_many':
      throw new AppError('conflict', { detail: `There are ${maxAgents} agents, which is the most. Delete one first.` });
    case 'name_taken':
    case 'no_such_corpus':
    case 'no_such_agent':
      throw refusalOf(outcome, definition);
  }
}

/** Saves what was made of version `base_version`; from the next turn on it answers.
 *  @throws AppError not_found, agent_changed, name_taken; bad_request for a corpus or an agent that is not there */
export async function saveAgent(
  { store, clock }: Ports,
  actor: Actor,
  agentId: string,
  {
    base_version,
    definition,
    note = '',
  }: { base_version: number; definition: AgentDefinition; note?: string | undefined },
): Promise<Saved> {
  const args = { agentId, baseVersion: base_version, definition: storable(definition), note };
  const saved = await store.write.saveAgent({ ...args, at: clock.now(), by: byOf(actor) });
  return savedOf(agentId, saved, definition);
}

/** Makes an older version the newest again, as a version of its own.
 *  @throws AppError not_found, agent_changed, name_taken */
export async function restoreAgent(
  { store, clock }: Ports,
  actor: Actor,
  agentId: string,
  { base_version, version }: { base_version: number; version: number },
): Promise<Saved> {
  const note = `Version ${version} again`;
  const args = { agentId, baseVersion: base_version, version, note, at: clock.now(), by: byOf(actor) };
  return savedOf(agentId, await store.write.restoreAgent(args));
}

/** Switches an agent on or off: what it answers at that moment ends, and what is granted stays.
 *  @throws AppError not_found */
export async function setAgentActive(
  { store, clock }: Ports,
  actor: Actor,
  agentId: string,
  isActive: boolean,
): Promise<void> {
  const outcome = await store.write.setAgentActive({ agentId, isActive, at: clock.now(), by: byOf(actor) });
  if (outcome === 'not_found') throw new AppError('not_found');
}

/** Deletes an agent. Sessions with it stay and are read as before; they go on once another agent is chosen.
 *  @throws AppError not_found; conflict for one that came with the product */
export async function deleteAgent({ store, clock }: Ports, actor: Actor, agentId: string): Promise<void> {
  const outcome = await store.write.deleteAgent({ agentId, at: clock.now(), by: byOf(actor) });
  if (outcome === 'not_found') throw new AppError('not_found');
  if (outcome === 'builtin') {
    throw new AppError('conflict', { detail: 'This agent comes with Perdure. It can be switched off, not deleted.' });
  }
}

function savedOf(agentId: string, saved: SaveOutcome, definition?: AgentDefinition): Saved {
  switch (saved.outcome) {
    case 'saved':
      return { agent_id: agentId, version: saved.version };
    case 'not_found':
      throw new AppError('not_found');
    case 'changed_by_another':
      throw new AppError('agent_changed');
    case 'name_taken':
    case 'no_such_corpus':
    case 'no_such_agent':
      throw refusalOf(saved.outcome, definition);
  }
}

function refusalOf(outcome: Refused, definition?: AgentDefinition): AppError {
  if (outcome === 'no_such_corpus') {
    return new AppError('bad_request', { detail: 'Body: definition.corpora: one of these corpora is not there.' });
  }
  if (outcome === 'no_such_agent') {
    const detail = 'Body: definition.sub_agents: one of these agents is not there, or is the agent itself.';
    return new AppError('bad_request', { detail });
  }
  const detail = definition
    ? `Another agent is called “${definition.name}”. Choose another name.`
    : 'Another agent has the name of that version. Choose another name.';
  return new AppError('name_taken', { detail });
}

/** As it is read back: no character that a store cannot hold, and one way to say that it asks nobody. */
export function storable({ sub_agents, ...rest }: AgentDefinition): AgentDefinition {
  const definition = sub_agents && sub_agents.length > 0 ? { ...rest, sub_agents } : rest;
  return JSON.parse(encodeJson(definition)) as AgentDefinition;
}
