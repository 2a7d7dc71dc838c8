import type { z } from 'zod';
import type { TurnState } from '../contract/events.ts';
import type { eventPage, eventsQuery, history, Session, Snapshot } from '../contract/sessions.ts';
import { AppError } from '../errors.ts';
import type { EventRecord } from '../store/queries/log.ts';
import type { MemberRecord } from '../store/queries/session-rows.ts';
import type { Store } from '../store/store.ts';
import { formatCursor, parseCursor } from './cursor.ts';
import type { Reader } from './reader.ts';
import { toEvent } from './to-event.ts';

export type ReadPorts = {
  store: Store;
  /** The session as the member it was read for sees it. */
  sessionFor(record: MemberRecord): Promise<Session>;
};

const defaultPage = 200;

/** A page of the log, oldest first: after a position, or the events just before one.
 *  @throws AppError not_found, bad_request */
export async function readEvents(
  ports: ReadPorts,
  reader: Reader,
  sessionId: string,
  query: z.output<typeof eventsQuery>,
): Promise<z.infer<typeof eventPage>> {
  const limit = query.limit ?? defaultPage;
  if (query.after !== undefined && query.before !== undefined) {
    throw new AppError('bad_request', { detail: 'Query: give after or before, not both.' });
  }
  const after = parseCursor(query.after ?? '0');
  if (!after) throw new AppError('bad_request', { detail: 'Query: after is not a position of this log.' });
  const record = await reader.requireSession(sessionId);
  const { userId } = reader;
  const page =
    query.before === undefined
      ? await ports.store.read.eventsAfter({ sessionId, userId, after: after.seq, limit: limit + 1 })
      : await ports.store.read.eventsBefore({ sessionId, userId, before: query.before, limit: limit + 1 });
  const shown = query.before === undefined ? page.slice(0, limit) : page.slice(-limit);
  return { events: shown.map(toEvent), last_seq: record.last_seq, has_more: page.length > limit };
}

/** The newest turns with their events and the running step's text, all from one moment.
 *  @throws AppError not_found */
export async function readSnapshot(
  ports: ReadPorts,
  reader: Reader,
  sessionId: string,
  turns: number,
): Promise<Snapshot> {
  await reader.requireSession(sessionId);
  const found = await ports.store.scan.sessionSnapshot({ sessionId, userId: reader.userId, turns });
  const record = await reader.requireSession(sessionId);
  const { running } = found;
  const shown = running && running.text !== '' ? running : undefined;
  return {
    session: { ...(await ports.sessionFor(record)), last_seq: found.lastSeq },
    turns: found.turns.map((turn) => ({ ...turn, state: turn.state as TurnState })),
    events: found.events.map(toEvent),
    ...(running && { running }),
    seq: found.lastSeq,
    cursor: formatCursor({
      seq: found.lastSeq,
      ...(shown && {
        running: { turnNo: shown.turn_no, attempt: shown.attempt, step: shown.step, offset: shown.text.length },
      }),
    }),
    has_more: found.hasMore,
  };
}

/** Questions and final answers of the newest branch, oldest first.
 *  @throws AppError not_found */
export async function readHistory(
  ports: ReadPorts,
  reader: Reader,
  sessionId: string,
): Promise<z.infer<typeof history>> {
  await reader.requireSession(sessionId);
  return { chat_history: toHistory(await ports.store.scan.branchMessages({ sessionId, userId: reader.userId })) };
}

/** Messages as questions and final answers. Pure. */
export function toHistory(records: readonly EventRecord[]): z.infer<typeof history>['chat_history'] {
  return records.map(toEvent).flatMap((event): z.infer<typeof history>['chat_history'] => {
    if (event.type === 'user_message') return [{ role: 'user', content: event.text, timestamp: event.at }];
    if (event.type === 'agent_message' && event.final) {
      return [{ role: 'assistant', content: event.text, timestamp: event.at }];
    }
    return [];
  });
}
