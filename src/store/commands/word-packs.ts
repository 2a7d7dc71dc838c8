import { sql } from 'kysely';
import { blocksBucket, blocksOf, type PackBlock, packBuckets, type PackRow } from '../../retrieval/word-packs.ts';
import { command } from '../command.ts';
import { type PackedAt, packsSetting, packsSoFar } from '../queries/words-to-pack.ts';
import { wordsProgress, wordsVersion } from '../queries/words-to-store.ts';
import { all, type Db, first, run, type Script, statement } from '../script.ts';
import { statementOfRows } from '../statement-of-rows.ts';
import { storeSetting } from './settings.ts';

export type StorePackArgs = {
  ownerId: string;
  packedAt: PackedAt;
  blocks: readonly PackBlock[];
  rows: readonly PackRow[];
  at: string;
};

/** Stores a pack of a person's words; its blocks are loose no more. `moved`: words or packs were stored or taken away since it was made. */
export const storePack = command([], function* (db: Db, args: StorePackArgs): Script<'stored' | 'moved'> {
  const progress = yield* wordsProgress(db);
  const packs = yield* packsSoFar(db);
  const isCurrent = progress?.version === wordsVersion && progress.position === args.packedAt.position;
  if (!isCurrent || packs !== args.packedAt.packs) return 'moved';
  const pack = yield* nextPack(db, args.at);
  const owned = { owner_id: args.ownerId, pack };
  yield* putPack.run(
    db,
    args.rows.map((row) => ({ ...owned, ...row })),
  );
  const sessions = [...new Set(args.blocks.map(({ sessionId }) => sessionId))];
  yield* putPackSessions.run(
    db,
    sessions.map((session_id) => ({ ...owned, session_id })),
  );
  for (const [block, some] of Map.groupBy(args.blocks, (each) => each.block)) {
    yield* run(
      db
        .deleteFrom('loose_words')
        .where('owner_id', '=', args.ownerId)
        .where('block', '=', block)
        .where(
          'session_id',
          'in',
          some.map(({ sessionId }) => sessionId),
        ),
    );
  }
  return 'stored';
});

/** Takes one pack away that has words of a session, and gives how many rows it had; its blocks are loose again. */
export function* dropPackOf(db: Db, { sessionId, at }: { sessionId: string; at: string }): Script<number> {
  const found = yield* first(
    db.selectFrom('word_pack_sessions').select(['owner_id', 'pack']).where('session_id', '=', sessionId).limit(1),
  );
  if (!found) return 0;
  const { owner_id, pack } = found;
  yield* refusePacks(db, at);
  const rows = () => db.selectFrom('word_packs').where('owner_id', '=', owner_id).where('pack', '=', pack);
  const named = yield* first(rows().select('words').where('bucket', '=', blocksBucket));
  const blocks = named ? blocksOf(named.words) : [];
  yield* putLoose.run(
    db,
    blocks.map((each) => ({ owner_id, session_id: each.sessionId, block: each.block })),
  );
  const dropped = yield* all(
    db
      .deleteFrom('word_packs')
      .where('owner_id', '=', owner_id)
      .where('bucket', 'in', everyBucket)
      .where('pack', '=', pack)
      .returning('bucket'),
  );
  yield* run(
    db
      .deleteFrom('word_pack_sessions')
      .where('session_id', 'in', [sessionId, ...blocks.map((each) => each.sessionId)])
      .where('pack', '=', pack),
  );
  return dropped.length + 1;
}

/** Takes rows of packs away, whosever they are, at most so many, and gives how many. */
export function* clearPacks(db: Db, limit: number): Script<number> {
  const rows = yield* all(db.selectFrom('word_packs').select(['owner_id', 'bucket', 'pack']).limit(limit));
  for (const row of rows) yield* dropPackRow.run(db, row);
  const sessions = yield* all(
    db
      .selectFrom('word_pack_sessions')
      .select(['session_id', 'pack'])
      .limit(limit - rows.length),
  );
  for (const row of sessions) yield* dropPackSession.run(db, row);
  const room = limit - rows.length - sessions.length;
  const loose = yield* all(db.selectFrom('loose_words').select(['owner_id', 'session_id', 'block']).limit(room));
  for (const row of loose) yield* dropLoose.run(db, row);
  return rows.length + sessions.length + loose.length;
}

/** Forgets that a session has blocks which are in no pack. */
export function* forgetLoose(db: Db, { sessionId, at }: { sessionId: string; at: string }): Script<void> {
  const loose = yield* all(db.deleteFrom('loose_words').where('session_id', '=', sessionId).returning('block'));
  if (loose.length > 0) yield* refusePacks(db, at);
}

/** No pack is stored that was made before: it may have words that are gone. */
export function* refusePacks(db: Db, at: string): Script<void> {
  yield* nextPack(db, at);
}

function* nextPack(db: Db, at: string): Script<number> {
  const pack = (yield* packsSoFar(db)) + 1;
  yield* storeSetting(db, { key: packsSetting, value: pack, at });
  return pack;
}

const everyBucket = packBuckets.map((bucket) => sql.lit(bucket));

type Loose = { owner_id: string; session_id: string; block: number };

/** Notes blocks that have words which are in no pack. */
export const putLoose = statementOfRows<Loose>({ owner_id: 'text', session_id: 'text', block: 'bigint' })(
  (db, { value, tables }) =>
    db
      .insertInto('loose_words')
      .columns(['owner_id', 'session_id', 'block'])
      .expression(
        db
          .selectFrom([...tables, sql<object>`(select 1)`.as('one')])
          .select([value.owner_id.as('owner_id'), value.session_id.as('session_id'), value.block.as('block')])
          // SQLite would take ON for that of a join.
          .where(sql<boolean>`true`),
      )
      .onConflict((conflict) => conflict.doNothing()),
);

type PackedRow = { owner_id: string; bucket: number; pack: number; words: string };

const putPack = statementOfRows<PackedRow>({ owner_id: 'text', bucket: 'bigint', pack: 'bigint', words: 'text' })(
  (db, { value, tables }) =>
    db
      .insertInto('word_packs')
      .columns(['owner_id', 'bucket', 'pack', 'words'])
      .expression(
        db
          .selectFrom([...tables, sql<object>`(select 1)`.as('one')])
          .select([
            value.owner_id.as('owner_id'),
            value.bucket.as('bucket'),
            value.pack.as('pack'),
            value.words.as('words'),
          ]),
      ),
);

const putPackSessions = statementOfRows<{ owner_id: string; session_id: string; pack: number }>({
  owner_id: 'text',
  session_id: 'text',
  pack: 'bigint',
})((db, { value, tables }) =>
  db
    .insertInto('word_pack_sessions')
    .columns(['owner_id', 'session_id', 'pack'])
    .expression(
      db
        .selectFrom([...tables, sql<object>`(select 1)`.as('one')])
        .select([value.owner_id.as('owner_id'), value.session_id.as('session_id'), value.pack.as('pack')]),
    ),
);

const dropPackRow = statement<Omit<PackedRow, 'words'>>()((db, slots) =>
  db
    .deleteFrom('word_packs')
    .where('owner_id', '=', slots.owner_id)
    .where('bucket', '=', slots.bucket)
    .where('pack', '=', slots.pack),
);

const dropPackSession = statement<{ session_id: string; pack: number }>()((db, slots) =>
  db.deleteFrom('word_pack_sessions').where('session_id', '=', slots.session_id).where('pack', '=', slots.pack),
);

const dropLoose = statement<Loose>()((db, slots) =>
  db
    .deleteFrom('loose_words')
    .where('owner_id', '=', slots.owner_id)
    .where('session_id', '=', slots.session_id)
    .where('block', '=', slots.block),
);
