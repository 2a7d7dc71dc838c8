import { createHash } from 'node:crypto';
import { type Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';
import type { NearIndex } from '../queries/near-passages.ts';
import { asLogin } from './row-security/act-as.ts';
import type { RowSecurity } from './row-security/secure-rows.ts';

/** The vectors of one embedder as pgvector indexes them, in a table of their own that nothing but a search reads. Every commit that stores a
 *  vector puts it there too, by a trigger, and one that removes a passage takes it away; all of it can be dropped and made again. */

/** One step of filling a table. */
const filledAtOnce = 2_000;
/** What an index of half precision can hold. */
const maxDimensions = 4_000;
const tableName = /^near_[0-9a-f]{16}$/;
const indexOf = (table: string) => `${table}_hnsw`;

export function nearTable(embedder: string): NearIndex {
  return { table: `near_${createHash('sha256').update(embedder).digest('hex').slice(0, 16)}` };
}

/** Gets pgvector, which an operator may have to install, or this user may not be allowed to have. */
export async function createVectorExtension(client: Client): Promise<{ version: string } | { missing: string }> {
  const available = await client.query(`select 1 from pg_available_extensions where name = 'vector'`);
  if (available.rowCount === 0) return { missing: 'pgvector is not installed on the database server' };
  try {
    await client.query('create extension if not exists vector');
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return { missing: `pgvector cannot be made: ${error.message}` };
  }
  const { rows } = await client.query(`select extversion as version from pg_extension where extname = 'vector'`);
  const version = String(rows[0]?.version);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 0 || minor >= 8 ? { version } : { missing: `pgvector ${version} is older than 0.8` };
}

/** How many numbers the vectors of an embedder have, when there are more of them than `count` and an index can hold them. */
export async function indexable(client: Client, embedder: string, count: number): Promise<number | undefined> {
  const { rows } = await client.query(
    'select length(vector) - 4 as dimensions from passage_vectors where embedder = $1 offset $2 limit 1',
    [embedder, count],
  );
  const dimensions = rows[0] && Number(rows[0].dimensions);
  return dimensions !== undefined && dimensions <= maxDimensions ? dimensions : undefined;
}

/** Whether every vector is in the table and its index serves; `broken` when a part of it was taken away. */
export async function nearState(
  client: Client,
  { table }: NearIndex,
): Promise<'none' | 'filling' | 'ready' | 'broken'> {
  const { rows } = await client.query(
    `select a.attname is not null as has_vectors, coalesce(x.indisvalid, false) as is_indexed
     from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attname = 'near' and not a.attisdropped
     left join pg_class i on i.relname = $2 and i.relnamespace = c.relnamespace left join pg_index x on x.indexrelid = i.oid
     where c.relname = $1 and c.relnamespace = current_schema()::regnamespace`,
    [table, indexOf(table)],
  );
  if (!rows[0]) return 'none';
  if (!rows[0].has_vectors) return 'broken';
  return rows[0].is_indexed ? 'ready' : 'filling';
}

/** Makes the table of an embedder, from which moment on every commit keeps it; then fills it with what was stored before, and makes its index
 *  last, without keeping anybody from writing. May be called again after it was cut short. */
export async function buildNear(
  client: Client,
  embedder: string,
  { dimensions, rowSecurity }: { dimensions: number; rowSecurity: RowSecurity },
): Promise<void> {
  const { table } = nearTable(embedder);
  await asLogin(client, () =>
    define(client, [...definitions(table, embedder, dimensions), ...grantsOf(table, rowSecurity)]),
  );
  for (let after = 0; ; ) {
    const { rows } = await client.query(
      `with part as (select rowid, corpus_id, vector from passage_vectors
         where embedder = $1 and rowid > $2 order by rowid limit ${filledAtOnce}),
       filled as (insert into ${table} select rowid, corpus_id, ${numbersOf('vector')} from part
         where rowid in (select rowid from passages) on conflict do nothing)
       select max(rowid) as last from part`,
      [embedder, after],
    );
    if (rows[0]?.last == null) break;
    after = Number(rows[0].last);
  }
  // One that was cut short stands there and does not serve.
  await asLogin(client, async () => {
    await client.query(`drop index if exists ${indexOf(table)}`);
    await client.query(`create index concurrently ${indexOf(table)} on ${table} using hnsw (near halfvec_cosine_ops)`);
  });
}

/** All of it or nothing, while nobody stores a vector. */
async function define(client: Client, statements: readonly string[]): Promise<void> {
  await client.query(`begin; set local lock_timeout = 0; lock table passage_vectors in share row exclusive mode`);
  try {
    for (const statement of statements) await client.query(statement);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** Drops the tables of all embedders but these. */
export async function dropOtherNear(client: Client, kept: readonly string[]): Promise<void> {
  const { rows } = await client.query(
    `select relname as name from pg_class where relkind = 'r' and relname like 'near\\_%'
     and relnamespace = current_schema()::regnamespace`,
  );
  const tables = rows.map(({ name }) => String(name)).filter((name) => tableName.test(name));
  for (const table of tables.filter((each) => !kept.some((embedder) => nearTable(embedder).table === each))) {
    await client.query(`drop trigger if exists ${table}_keep on passage_vectors; drop function if exists ${table}_keep();
      drop table ${table}`);
  }
}

/** SQL of a stored vector's bytes as numbers: their common factor does not change a cosine. */
const numbersOf = (stored: string) => `(select array_agg(((get_byte(${stored}, i) + 128) % 256 - 128)::real order by i)
  from generate_series(4, length(${stored}) - 1) as i)::halfvec`;

/** Only the worker reads and writes it: searches name the corpora that their asker may read. */
function grantsOf(table: string, rowSecurity: RowSecurity): string[] {
  if (!rowSecurity.isOn) return [];
  return [`grant select, insert, update, delete on ${table} to ${escapeIdentifier(rowSecurity.roles.worker)}`];
}

/** A table that lost its vectors, because somebody dropped the extension, keeps nobody from storing: it is made again. */
function definitions(table: string, embedder: string, dimensions: number): string[] {
  return [
    `create table if not exists ${table} (rowid bigint primary key references passages (rowid) on delete cascade,
       corpus_id text collate "C" not null, near halfvec(${dimensions}) not null)`,
    `create index if not exists ${table}_corpus on ${table} (corpus_id)`,
    `create or replace function ${table}_keep() returns trigger language plpgsql as $$ begin
       insert into ${table} (rowid, corpus_id, near) values (new.rowid, new.corpus_id, ${numbersOf('new.vector')})
         on conflict (rowid) do update set near = excluded.near;
       return null;
       exception when undefined_table or undefined_column or undefined_object then return null; end $$`,
    `create or replace trigger ${table}_keep after insert or update on passage_vectors for each row
       when (new.embedder = ${escapeLiteral(embedder)}) execute function ${table}_keep()`,
  ];
}
