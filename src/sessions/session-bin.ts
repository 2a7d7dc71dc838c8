import { type Actor, byOf } from '../access/actor.ts';
import type { Retention } from '../access/retention-rules.ts';
import type { Clock } from '../clock.ts';
import { formatKeyset, parseKeyset } from '../contract/keyset.ts';
import { daysAfter } from '../contract/retention.ts';
import type { SessionsInBin } from '../contract/session-bin.ts';
import type { Session } from '../contract/sessions.ts';
import { AppError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { sessionFor } from './rows-for.ts';
import { requireSession } from './sessions.ts';

export type SessionBinPorts = {
  store: Store;
  clock: Clock;
  retention: Pick<Retention, 'rules'>;
  /** Told when there is something to clear. */
  onPurged(): void;
};

const defaultLimit = 50;

/** What I deleted and may bring back, the newest deletion first.
 *  @throws AppError bad_request */
export async function listSessionBin(
  { store, retention }: SessionBinPorts,
  { userId }: Actor,
  { limit = defaultLimit, cursor }: { limit?: number | undefined; cursor?: string | undefined },
): Promise<SessionsInBin> {
  const place = cursor === undefined ? undefined : parseKeyset(cursor);
  if (cursor !== undefined && !place) throw new AppError('bad_request', { detail: 'Query: cursor is not valid.' });
  const rows = await store.scan.sessionsInBin({
    userId,
    limit: limit + 1,
    ...(place && { after: { deletedAt: String(place.value), sessionId: place.id } }),
  });
  const days = (await retention.rules()).session_bin;
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    sessions: page.map(({ message_count, temporary_until, ...row }) => ({
      ...row,
      chat_messages: message_count,
      kept_until: earlier(days === null ? null : daysAfter(row.deleted_at, days), temporary_until),
    })),
    next_cursor: rows.length > limit && last ? formatKeyset({ value: last.deleted_at, id: last.session_id }) : null,
  };
}

/** Only its owner brings a session back.
 *  @throws AppError not_found when it is not in the bin */
export async function restoreSession(ports: SessionBinPorts, actor: Actor, sessionId: string): Promise<Session> {
  const { store, clock } = ports;
  const args = { sessionId, userId: actor.userId, at: clock.now(), by: byOf(actor) };
  if (!(await store.write.restoreSession(args))) throw new AppError('not_found');
  return sessionFor(ports, await requireSession(ports, actor, sessionId, 'session.read'));
}

/** @throws AppError not_found when it is not in the bin */
export async function purgeSession(ports: SessionBinPorts, actor: Actor, sessionId: string): Promise<void> {
  const { store, clock } = ports;
  const args = { sessionId, userId: actor.userId, at: clock.now(), by: byOf(actor) };
  if (!(await store.write.purgeSession(args))) throw new AppError('not_found');
  ports.onPurged();
}

const earlier = (time: string | null, other: string | null) =>
  time === null || (other !== null && other < time) ? other : time;
