import { type Actor, byOf } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import type { Clock } from '../clock.ts';
import { finalTurnStates, type SessionEvent, type TurnState } from '../contract/events.ts';
import type { Session } from '../contract/sessions.ts';
import { AppError } from '../errors.ts';
import { toEvent } from '../events/to-event.ts';
import { idFrom, newId } from '../ids.ts';
import { toSession } from '../sessions/session-view.ts';
import type { SessionRecord } from '../store/queries/session-rows.ts';
import type { Store } from '../store/store.ts';
import { ImportFault } from './import-fault.ts';
import { type RebuiltSession, rebuildSession } from './rebuild-session.ts';
import { storeBites } from './store-import.ts';

export type ForkPorts = { store: Store; clock: Clock };

export type ForkInput = { sessionId: string; turnId: string; clientForkId: string; origin: 'web' | 'api' };

const eventsPage = 200;
/** A longer session is begun anew. */
const maxEvents = 20_000;

/** A new session of the actor that begins as a copy of another, of the branch up to a turn that is over. The same client's id again gives
 *  the same session.
 *  @throws AppError not_found, conflict (the turn is under way, or something of it was erased), too_large */
export async function forkSession(
  ports: ForkPorts,
  actor: Actor,
  input: ForkInput,
): Promise<{ session: Session; repeated: boolean }> {
  const { store, clock } = ports;
  const { sessionId: from, turnId, clientForkId, origin } = input;
  const record = await store.read.memberSession({ sessionId: from, userId: actor.userId });
  if (!record) throw new AppError('not_found');
  if (!authorize(actor, 'session.fork', { level: record.level })) throw new AppError('forbidden');
  const branch = await store.scan.branchOf({ sessionId: from, userId: actor.userId, turnId });
  if (branch.length === 0) throw new AppError('not_found');
  if (!branch.every(({ state }) => finalTurnStates.has(state as TurnState)))
    throw new AppError('conflict', { detail: 'An answer is under way. Wait until it is done.' });
  const sessionId = idFrom('fork', actor.userId, from, turnId, clientForkId.toLowerCase());
  const events = await eventsOf(
    store,
    { sessionId: from, userId: actor.userId },
    branch.map((turn) => turn.turnId),
  );
  const copy = { ...rebuilt(record, events, { userId: actor.userId, at: clock.now() }), sessionId };
  const source = { sessionId: from, turnId };
  const change = { at: clock.now(), by: byOf(actor) };
  const { turns, events: copied, messages, title, importedFrom: _from, deletedAt: _deleted, ...facts } = copy;
  const begun = await store.write.beginFork({ ...facts, lastActivity: change.at, origin, source, ...change });
  if (begun === 'not_found') throw new AppError('not_found');
  if (begun === 'under_way')
    throw new AppError('conflict', { detail: 'This copy is being made, or was deleted. Ask for another.' });
  if (begun === 'begun') {
    const counts = { turns: turns.length, events: copied.length, messages };
    const isWhole =
      (await storeBites(store, copy)) &&
      (await store.write.finishFork({ sessionId, userId: actor.userId, source, title, ...counts, ...change })) ===
        'forked';
    if (!isWhole) throw new AppError('not_found');
  }
  const made = await store.read.memberSession({ sessionId, userId: actor.userId });
  if (!made) throw new AppError('not_found');
  return { session: toSession(made), repeated: begun === 'already_here' };
}

/** The events of a branch, numbered anew, each turn after the one before it. */
async function eventsOf(
  store: Store,
  of: { sessionId: string; userId: string },
  turnIds: readonly string[],
): Promise<SessionEvent[]> {
  const before = new Map(turnIds.map((turnId, index) => [turnId, turnIds[index - 1] ?? null]));
  const events: SessionEvent[] = [];
  for (let after = 0; ; ) {
    const page = await store.read.eventsAfter({ ...of, after, limit: eventsPage });
    for (const event of page.map(toEvent)) {
      const parent = event.turn_id === undefined ? undefined : before.get(event.turn_id);
      if (parent === undefined) continue;
      const seq = events.length + 1;
      if (seq > maxEvents) throw new AppError('too_large', { detail: 'This session is too long to be copied.' });
      const placed = event.type === 'user_message' && { parent_turn_id: parent, replaces_turn_id: null };
      events.push({ ...event, ...placed, seq });
    }
    const last = page.at(-1);
    if (!last) return events;
    after = last.seq;
  }
}

/** @throws AppError conflict */
function rebuilt(
  record: SessionRecord,
  events: SessionEvent[],
  { userId, at }: { userId: string; at: string },
): RebuiltSession {
  // Tags are their owner's own words.
  const seen = record.user_id === userId ? record : { ...record, tags: '[]' };
  const session = { ...toSession(seen), created_at: at, is_active: true, archived: false, pinned: false };
  try {
    const copy = rebuildSession({ session: { ...session, deleted_at: null }, events }, { newId, userId, at });
    return { ...copy, title: titleOfCopy(copy.title), titleIsSet: true };
  } catch (error) {
    if (!(error instanceof ImportFault)) throw error;
    throw new AppError('conflict', {
      detail: 'Something of this session was erased: it cannot be copied.',
      cause: error,
    });
  }
}

const maxTitleLength = 200;
const ofCopy = ' (copy)';

function titleOfCopy(title: string): string {
  return title.slice(0, maxTitleLength - ofCopy.length).replace(/[\uD800-\uDBFF]$/, '') + ofCopy;
}
