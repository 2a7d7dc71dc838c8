import { sql } from 'kysely';
import { all, type Db, type Script } from '../script.ts';
import type { Said } from '../../retrieval/word-rows.ts';
import { textOf } from './words-to-store.ts';

/** What somebody asked in a turn, or what they were answered in the end. */
export type MessageKey = { sessionId: string; turnNo: number; said: Said };

export type MessageText = { turnId: string; title: string; seq: number; at: string; text: string };

export const keyOf = ({ sessionId, turnNo, said }: MessageKey): string => `${sessionId} ${turnNo} ${said}`;

/** Messages by the numbers of their turns, each under its key; without those that are not said, or erased, and of no deleted session. */
export function* messagesAt(db: Db, keys: readonly MessageKey[]): Script<Map<string, MessageText>> {
  const found = new Map<string, MessageText>();
  if (keys.length === 0) return found;
  const wanted = [...Map.groupBy(keys, ({ sessionId }) => sessionId)];
  const turns = yield* all(
    db
      .selectFrom('turns as t')
      .innerJoin('user_sessions as s', 's.session_id', 't.session_id')
      .select(['t.session_id', 't.turn_id', 't.turn_no', 't.message_seq', 's.title'])
      .where('s.deleted_at', 'is', null)
      .where((eb) =>
        eb.or(
          wanted.map(([sessionId, some]) =>
            eb.and([
              eb('t.session_id', '=', sessionId),
              eb('t.turn_no', 'in', [...new Set(some.map(({ turnNo }) => turnNo))]),
            ]),
          ),
        ),
      ),
  );
  if (turns.length === 0) return found;
  const byId = new Map(turns.map((turn) => [turn.turn_id, turn]));
  const said = new Set(keys.map(keyOf));
  const isWanted = (turn: (typeof turns)[number], by: Said) =>
    said.has(keyOf({ sessionId: turn.session_id, turnNo: turn.turn_no, said: by }));
  const asked = turns.filter((turn) => isWanted(turn, 'user'));
  const answered = turns.filter((turn) => isWanted(turn, 'assistant'));
  const rows = [
    ...(asked.length === 0 ? [] : yield* all(questions(db, asked))),
    ...(answered.length === 0
      ? []
      : yield* all(
          answers(
            db,
            answered.map(({ turn_id }) => turn_id),
          ),
        )),
  ];
  for (const { turn_id, type, seq, at, payload } of rows) {
    const turn = byId.get(turn_id ?? '');
    const text = textOf(payload);
    if (!turn || text === undefined) continue;
    const by: Said = type === 'user_message' ? 'user' : 'assistant';
    found.set(keyOf({ sessionId: turn.session_id, turnNo: turn.turn_no, said: by }), {
      turnId: turn.turn_id,
      title: turn.title,
      seq,
      at,
      text,
    });
  }
  return found;
}

function events(db: Db) {
  return db
    .selectFrom('session_events as e')
    .leftJoin('blobs as b', 'b.blob_id', 'e.blob_id')
    .select((eb) => ['e.turn_id', 'e.type', 'e.seq', 'e.at', eb.fn.coalesce('b.body', 'e.payload').as('payload')]);
}

function questions(db: Db, turns: readonly { session_id: string; message_seq: number }[]) {
  return events(db).where((eb) =>
    eb.or(turns.map((turn) => eb.and([eb('e.session_id', '=', turn.session_id), eb('e.seq', '=', turn.message_seq)]))),
  );
}

/** Index: session_events_messages. */
const answers = (db: Db, turnIds: readonly string[]) =>
  events(db).where('e.turn_id', 'in', turnIds).where('e.type', '=', sql.lit('agent_message')).orderBy('e.seq');
