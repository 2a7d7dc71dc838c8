import { sql } from 'kysely';
import { command } from '../command.ts';
import {
  type MessageTerms,
  type WordsProgress,
  wordsProgress,
  wordsSetting,
  wordsVersion,
} from '../queries/words-to-store.ts';
import { allBuckets } from '../queries/words-of-sessions.ts';
import { all, type Db, type Script, statement } from '../script.ts';
import { statementOfRows } from '../statement-of-rows.ts';
import { bucketOf, placeOf, withoutMessage, withTerms } from '../../retrieval/word-rows.ts';
import { storeSetting } from './settings.ts';
import { clearPacks, dropPackOf, forgetLoose, putLoose, refusePacks } from './word-packs.ts';

export type StoreWordsArgs = { after: number; upTo: number; messages: readonly MessageTerms[]; at: string };

/** Stores words of messages, and that everything up to a position is. `moved`: somebody else stored some since they were read. Of a message that
 *  was erased since, or that no search may find, nothing is stored. */
export const storeWords = command([], function* (db: Db, args: StoreWordsArgs): Script<'stored' | 'moved'> {
  const progress = yield* wordsProgress(db);
  if (progress?.version !== wordsVersion || progress.position !== args.after) return 'moved';
  const found = args.messages.length === 0 ? [] : yield* all(findable(db, args.messages));
  const places = new Map(found.map((each) => [each.position, each]));
  const blocks = new Map<string, Block>();
  for (const { position, said, terms } of args.messages) {
    const message = places.get(position);
    if (!message?.user_id) continue;
    const { block, place } = placeOf(message.turn_no, said);
    const key = `${message.session_id} ${block}`;
    const changed = blocks.get(key) ?? { ownerId: message.user_id, sessionId: message.session_id, block, said: [] };
    changed.said.push({ place, terms });
    blocks.set(key, changed);
  }
  const rows: WordRow[] = [];
  for (const block of blocks.values()) rows.push(...(yield* rowsWith(db, block)));
  if (rows.length > 0) {
    yield* putWords.run(db, rows);
    const loose = rows.map(({ owner_id, session_id, block }) => ({ owner_id, session_id, block }));
    yield* putLoose.run(db, [...new Map(loose.map((each) => [`${each.session_id} ${each.block}`, each])).values()]);
  }
  yield* storeProgress(db, args.upTo, args.at);
  return 'stored';
});

/** Takes words away that were made in an older way, at most so many rows, and begins anew once none is left. Gives whether some are. */
export const clearWords = command([], function* (db: Db, args: { maxRows: number; at: string }): Script<{
  more: boolean;
}> {
  const progress = yield* wordsProgress(db);
  if (progress && progress.version >= wordsVersion) return { more: false };
  const cleared = yield* clearPacks(db, args.maxRows);
  const room = args.maxRows - cleared;
  const rows = yield* all(
    db.selectFrom('message_words').select(['owner_id', 'bucket', 'session_id', 'block']).limit(room),
  );
  for (const row of rows) yield* dropRow.run(db, row);
  const more = rows.length === room;
  if (!more) yield* storeProgress(db, 0, args.at);
  return { more };
});

function* storeProgress(db: Db, position: number, at: string): Script<void> {
  const value: WordsProgress = { version: wordsVersion, position };
  yield* storeSetting(db, { key: wordsSetting, value, at });
}

/** Takes a turn of a session out of its words, and away every pack that may have some of them. */
export function* forgetTurn(db: Db, args: { sessionId: string; turnNo: number; at: string }): Script<void> {
  yield* refusePacks(db, args.at);
  while ((yield* dropPackOf(db, args)) > 0);
  const { block, place: asked } = placeOf(args.turnNo, 'user');
  const { place: answered } = placeOf(args.turnNo, 'assistant');
  const owner = yield* ownerOf.first(db, { sessionId: args.sessionId });
  if (!owner?.user_id) return;
  const stored = yield* all(wordsOf(db, { ownerId: owner.user_id, sessionId: args.sessionId, block }));
  const rows = stored.map(({ bucket, words }) => ({
    owner_id: owner.user_id ?? '',
    bucket,
    session_id: args.sessionId,
    block,
    words: withoutMessage(withoutMessage(words, asked), answered),
  }));
  for (const row of rows) if (row.words === '') yield* dropRow.run(db, row);
  const left = rows.filter(({ words }) => words !== '');
  if (left.length > 0) yield* putWords.run(db, left);
}

/** Takes at most so many rows of a session's words away, or a pack that has some of them, and gives how many rows went. */
export function* forgetWords(
  db: Db,
  { sessionId, limit, at }: { sessionId: string; limit: number; at: string },
): Script<number> {
  let gone = 0;
  for (;;) {
    const dropped = yield* dropPackOf(db, { sessionId, at });
    if (dropped === 0) break;
    gone += dropped;
    if (gone >= limit) return gone;
  }
  yield* forgetLoose(db, { sessionId, at });
  const owner = yield* ownerOf.first(db, { sessionId });
  if (!owner?.user_id) return gone;
  const rows = yield* all(wordsOf(db, { ownerId: owner.user_id, sessionId }).limit(limit - gone));
  for (const row of rows) yield* dropRow.run(db, { ...row, owner_id: owner.user_id, session_id: sessionId });
  return gone + rows.length;
}

type WordRow = { owner_id: string; bucket: number; session_id: string; block: number; words: string };
type Block = {
  ownerId: string;
  sessionId: string;
  block: number;
  said: { place: number; terms: readonly string[] }[];
};

/** The rows of a block that change by what was said. */
function* rowsWith(db: Db, { ownerId, sessionId, block, said }: Block): Script<WordRow[]> {
  const stored = yield* all(wordsOf(db, { ownerId, sessionId, block }));
  const before = new Map(stored.map(({ bucket, words }) => [bucket, words]));
  const after = new Map(before);
  for (const { place, terms } of said) {
    for (const [bucket, some] of Map.groupBy(terms, bucketOf)) {
      after.set(bucket, withTerms(after.get(bucket) ?? '', some, place));
    }
  }
  return [...after]
    .filter(([bucket, words]) => before.get(bucket) !== words)
    .map(([bucket, words]) => ({ owner_id: ownerId, bucket, session_id: sessionId, block, words }));
}

/** Rows of one session: by the primary key, whose second column may be any. */
function wordsOf(db: Db, at: { ownerId: string; sessionId: string; block?: number }) {
  const rows = db
    .selectFrom('message_words')
    .select(['bucket', 'block', 'words'])
    .where('owner_id', '=', at.ownerId)
    .where('bucket', 'in', allBuckets)
    .where('session_id', '=', at.sessionId);
  return at.block === undefined ? rows : rows.where('block', '=', at.block);
}

/** Messages that stand in the log as they were read, of sessions that may be searched. A session that is brought back is one before it is shown. */
function findable(db: Db, messages: readonly MessageTerms[]) {
  return db
    .selectFrom('session_events as e')
    .innerJoin('turns as t', 't.turn_id', 'e.turn_id')
    .innerJoin('user_sessions as s', 's.session_id', 'e.session_id')
    .select(['e.position', 'e.session_id', 't.turn_no', 's.user_id'])
    .where(
      'e.position',
      'in',
      messages.map(({ position }) => position),
    )
    .where(sql<boolean>`substr(e.payload, 1, 11) <> '{"redacted"'`)
    .where('s.temporary_until', 'is', null)
    .where('s.erased_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('s.erase_at', 'is', null),
        eb.and([eb('s.imported_from', 'is not', null), eb('s.imported_at', 'is', null)]),
      ]),
    );
}

const ownerOf = statement<{ sessionId: string }>()((db, slots) =>
  db.selectFrom('user_sessions').select('user_id').where('session_id', '=', slots.sessionId),
);

const dropRow = statement<Omit<WordRow, 'words'>>()((db, slots) =>
  db
    .deleteFrom('message_words')
    .where('owner_id', '=', slots.owner_id)
    .where('bucket', '=', slots.bucket)
    .where('session_id', '=', slots.session_id)
    .where('block', '=', slots.block),
);

const putWords = statementOfRows<WordRow>({
  owner_id: 'text',
  bucket: 'bigint',
  session_id: 'text',
  block: 'bigint',
  words: 'text',
})((db, { value, tables }) =>
  db
    .insertInto('message_words')
    .columns(['owner_id', 'bucket', 'session_id', 'block', 'words'])
    .expression(
      db
        .selectFrom([...tables, sql<object>`(select 1)`.as('one')])
        .select([
          value.owner_id.as('owner_id'),
          value.bucket.as('bucket'),
          value.session_id.as('session_id'),
          value.block.as('block'),
          value.words.as('words'),
        ])
        // SQLite would take ON for that of a join.
        .where(sql<boolean>`true`),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['owner_id', 'bucket', 'session_id', 'block'])
        .doUpdateSet((eb) => ({ words: eb.ref('excluded.words') })),
    ),
);
