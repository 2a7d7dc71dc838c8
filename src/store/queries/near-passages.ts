import { sql } from 'kysely';
import type { Hit } from '../../retrieval/hit.ts';
import { decodeVector } from '../../retrieval/quantized-vector.ts';
import { all, type Db, type Script } from '../script.ts';

/** A table of the database that keeps the vectors of one embedder for pgvector: `rowid`, `corpus_id`, `near`. */
export type NearIndex = { table: string };

export type NearAsked = {
  /** Of the embedder's dimensions. */
  values: Float32Array;
  limit: number;
  /** Nothing outside these is found. */
  corpusIds: readonly string[];
  /** Of them, the passages that a filter lets through. */
  rows?: ReadonlySet<number> | undefined;
  /** How many passages all of that is. */
  passages: number;
};

/** Among so few all are looked at: an index that throws away most of what it comes to is slower, and finds less. */
const exactPassages = 20_000;
/** How many the index looks at for an answer, and how many it may when most of them may not be shown. */
const lookedAt = 400;
const maxLookedAt = 200_000;

/** The passages of ready documents nearest to a vector, best first, each with its cosine. Needs an open transaction. */
export function* nearPassages(db: Db, { table }: NearIndex, asked: NearAsked): Script<Hit[]> {
  const { corpusIds, rows, limit } = asked;
  if (corpusIds.length === 0 || asked.passages === 0) return [];
  const isExact = asked.passages <= exactPassages;
  // Where the index is to give the order, nothing is sorted.
  yield sql`select set_config('hnsw.ef_search', ${String(lookedAt)}, true),
    set_config('hnsw.iterative_scan', 'strict_order', true),
    set_config('hnsw.max_scan_tuples', ${String(maxLookedAt)}, true),
    set_config('enable_sort', ${isExact ? 'on' : 'off'}, true)`.compile(db);
  const among = rows ? sql`and n.rowid = any(${`{${[...rows].join(',')}}`}::bigint[])` : sql``;
  const to = sql`${`[${asked.values.join(',')}]`}::halfvec`;
  // The index gives an order by the distance alone.
  const order = isExact ? sql`(n.near <=> ${to}) + 0` : sql`n.near <=> ${to}`;
  const hits = (yield sql`select n.rowid as id, 1 - (n.near <=> ${to}) as score
    from ${sql.table(table)} as n
    join passages as p on p.rowid = n.rowid
    join documents as d on d.id = p.document_id and d.version = p.version
    join corpora as c on c.id = d.corpus_id
    where n.corpus_id in (${sql.join([...corpusIds])}) ${among}
      and d.state = 'ready' and d.deleted_at is null and c.deleted_at is null
    order by ${order} limit ${limit}`.compile(db)) as Hit[];
  return hits;
}

/** The vectors of a few passages, by row number. */
export function* storedVectors(
  db: Db,
  args: { embedder: string; rowids: readonly number[] },
): Script<Map<number, Float32Array>> {
  if (args.rowids.length === 0) return new Map();
  const rows = yield* all(
    db
      .selectFrom('passage_vectors')
      .select(['rowid', 'vector'])
      .where('embedder', '=', args.embedder)
      .where('rowid', 'in', [...args.rowids]),
  );
  return new Map(
    rows.map(({ rowid, vector }) => {
      const { bytes, scale } = decodeVector(vector);
      return [rowid, Float32Array.from(bytes, (byte) => byte * scale)];
    }),
  );
}
