import { type Actor, byOf } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { usableAgent } from '../access/usable-agent.ts';
import type { Retention } from '../access/retention-rules.ts';
import type { Clock } from '../clock.ts';
import { formatKeyset, parseKeyset } from '../contract/keyset.ts';
import { daysAfter } from '../contract/retention.ts';
import { noCorpus, type Session, type SessionList } from '../contract/sessions.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { AgentAccess } from '../store/queries/access.ts';
import type { MemberRecord } from '../store/queries/session-rows.ts';
import type { Store } from '../store/store.ts';
import { rowsFor, sessionFor } from './rows-for.ts';

export type SessionsPorts = {
  store: Store;
  clock: Clock;
  retention: Pick<Retention, 'rules'>;
  /** Ids of the corpora named by id or name, all of them readable by the actor.
   *  @throws AppError bad_request naming the first that is not */
  resolveCorpora(actor: Actor, namesOrIds: readonly string[]): Promise<string[]>;
};

/** What an unnamed session is called until its first message names it. */
export const untitled = 'New session';
const defaultListLimit = 50;

/** Stores a new session before it answers; reading one never creates it.
 *  @throws AppError agent_unavailable, bad_request */
export async function createSession(
  ports: SessionsPorts,
  actor: Actor,
  input: { agent_id?: string; title?: string; corpora?: string[]; temporary?: boolean; origin: 'web' | 'api' },
): Promise<Session> {
  const agent = await agentAtFirst(ports, actor, input.agent_id);
  const corpora = await corporaAtFirst(ports, actor, agent, input);
  const sessionId = newId();
  const outcome = await ports.store.write.createSession({
    sessionId,
    userId: actor.userId,
    agentId: agent.id,
    title: input.title ?? untitled,
    titleIsSet: input.title !== undefined,
    corpora,
    origin: input.origin,
    ...(input.temporary && { temporaryUntil: await temporaryUntil(ports) }),
    at: ports.clock.now(),
    by: byOf(actor),
  });
  if (outcome !== 'created') throw new AppError(outcome);
  return sessionFor(ports, await requireSession(ports, actor, sessionId, 'session.read'));
}

/** The one that is named, or else the person's default.
 *  @throws AppError agent_unavailable */
async function agentAtFirst(ports: SessionsPorts, actor: Actor, agentId: string | undefined): Promise<AgentAccess> {
  if (agentId !== undefined) return requireAgent(ports, actor, agentId);
  const agent = await ports.store.read.defaultAgent({ userId: actor.userId });
  if (agent && authorize(actor, 'agent.use', { level: 'use' })) return agent;
  throw new AppError('agent_unavailable', {
    detail: 'No agent is available to you. Ask an administrator for access to one.',
  });
}

/** What it was opened with stays, also when the rule changes. */
async function temporaryUntil({ clock, retention }: SessionsPorts): Promise<string> {
  return daysAfter(clock.now(), (await retention.rules()).temporary ?? 1);
}

/** Those that are named; where none are, in a browser those the person chose last and may still search; else those of the
 *  agent. */
async function corporaAtFirst(
  ports: SessionsPorts,
  actor: Actor,
  agent: AgentAccess,
  { corpora, origin }: { corpora?: string[]; origin: 'web' | 'api' },
): Promise<string[]> {
  if (corpora) return ports.resolveCorpora(actor, corpora);
  const chosen = origin === 'web' ? await ports.store.read.defaultCorporaOf({ userId: actor.userId }) : [];
  const own = await searchableAmong(ports, actor, chosen);
  if (own.length > 0 || agent.default_corpora.length === 0) return own;
  const ofAgent = await searchableAmong(ports, actor, agent.default_corpora);
  // All corpora in place of a few that are out of reach would be more than anybody set.
  return ofAgent.length > 0 ? ofAgent : [noCorpus];
}

async function searchableAmong(
  { store }: Pick<SessionsPorts, 'store'>,
  { userId }: Actor,
  corpusIds: readonly string[],
): Promise<string[]> {
  const readable = await store.read.corpusAccess({ userId, corpusIds });
  return corpusIds.filter((id) => readable.some((corpus) => corpus.id === id && corpus.archived_at === null));
}

type SessionAction =
  | 'session.read'
  | 'session.update'
  | 'session.share'
  | 'session.leave'
  | 'feedback.give'
  | 'turn.create'
  | 'turn.stop';

/** The session, for an actor who may do this with it.
 *  @throws AppError not_found, alike for one that is unknown, deleted or somebody else's; forbidden for a member of too low a level */
export async function requireSession(
  ports: Pick<SessionsPorts, 'store'>,
  actor: Actor,
  sessionId: string,
  action: SessionAction,
): Promise<MemberRecord> {
  const record = await ports.store.read.memberSession({ sessionId, userId: actor.userId });
  if (!record) throw new AppError('not_found');
  if (!authorize(actor, action, { level: record.level })) throw new AppError('forbidden');
  return record;
}

export async function listSessions(
  ports: SessionsPorts,
  actor: Actor,
  input: { limit?: number; cursor?: string; q?: string; tag?: string },
): Promise<SessionList> {
  const limit = input.limit ?? defaultListLimit;
  const place = input.cursor === undefined ? undefined : parseKeyset(input.cursor);
  if (input.cursor !== undefined && !place)
    throw new AppError('bad_request', { detail: 'Query: cursor is not valid.' });
  const records = await ports.store.scan.memberSessions({
    userId: actor.userId,
    limit: limit + 1,
    ...(input.q !== undefined && { q: input.q }),
    ...(input.tag !== undefined && { tag: input.tag }),
    ...(place && { after: { value: place.value, sessionId: place.id } }),
  });
  const page = records.slice(0, limit);
  const last = page.at(-1);
  const next = records.length > limit && last ? formatKeyset({ value: last.last_activity, id: last.session_id }) : null;
  return { sessions: await rowsFor(ports, actor.userId, page), next_cursor: next };
}

/** Changes hold from the next turn on.
 *  @throws AppError not_found, session_inactive, agent_unavailable, bad_request */
export async function updateSession(
  ports: SessionsPorts,
  actor: Actor,
  sessionId: string,
  input: {
    title?: string;
    agent_id?: string;
    corpora?: string[];
    archived?: boolean;
    pinned?: boolean;
    tags?: string[];
    origin: 'web' | 'api';
  },
): Promise<Session> {
  await requireSession(ports, actor, sessionId, 'session.update');
  const { agent_id, corpora, origin, ...rest } = input;
  if (agent_id !== undefined) await requireAgent(ports, actor, agent_id);
  const outcome = await ports.store.write.updateSession({
    sessionId,
    at: ports.clock.now(),
    by: byOf(actor),
    isOwnChoice: origin === 'web',
    changes: {
      ...rest,
      ...(agent_id !== undefined && { agentId: agent_id }),
      ...(corpora && { corpora: await ports.resolveCorpora(actor, corpora) }),
    },
  });
  if (outcome === 'not_found') throw new AppError('not_found');
  if (outcome === 'inactive') throw new AppError('session_inactive');
  if (outcome === 'agent_unavailable') throw new AppError(outcome);
  return sessionFor(ports, await requireSession(ports, actor, sessionId, 'session.read'));
}

/** Only its owner deletes a session; doing so again is no error.
 *  @throws AppError not_found */
export async function deleteSession(ports: SessionsPorts, actor: Actor, sessionId: string): Promise<void> {
  if (!(await ports.store.read.ownsSession({ sessionId, userId: actor.userId }))) throw new AppError('not_found');
  await ports.store.write.deleteSession({ sessionId, at: ports.clock.now(), by: byOf(actor) });
}

async function requireAgent(ports: SessionsPorts, actor: Actor, agentId: string): Promise<AgentAccess> {
  const agent = await usableAgent(ports, actor, agentId);
  if (!agent) throw new AppError('agent_unavailable');
  return agent;
}
