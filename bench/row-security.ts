/** What the database's own look at whose rows they are costs a read (decision 0079): the same queries on the same rows, as the member's role
 *  with its user set in each transaction, and as a login that no policy holds for. Usage: node bench/row-security.ts [--rounds 2000]
 *  The reads take turns, one at a time, on one connection each. The server is a private one in a temporary folder, reached by a socket. */
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { systemClock } from '../src/clock.ts';
import { type InstanceId, newId } from '../src/ids.ts';
import type { Query } from '../src/store/command.ts';
import { agentId, GivenLog } from '../src/store/conformance/given-log.ts';
import { openPrivatePostgres } from '../src/store/conformance/private-postgres.ts';
import { openPostgresStore } from '../src/store/postgres/postgres-store.ts';
import { createReaders } from '../src/store/postgres/readers.ts';
import { actAs } from '../src/store/postgres/row-security/act-as.ts';
import { reads, scans } from '../src/store/queries/index.ts';
import { median, print } from './support/lines.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '2000' } } });
const rounds = Number(values.rounds);
const bench = 'row-security';
const sessions = 10_000;
const documents = 10_000;
/** What a search reads in full: twice the passages it gives, or all that a reranker looks at. */
const found = 30;

const server = await openPrivatePostgres();
try {
  await compare();
} finally {
  await server.close();
}

async function compare(): Promise<void> {
  const url = await server.newDatabase();
  const { store, rowSecurity } = await openPostgresStore({
    url,
    clock: systemClock,
    instanceId: newId<InstanceId>(),
  });
  const { userId, sessionId } = await givenSessions(url, new GivenLog(store));
  const { corpusId, documentId, rowids } = await givenDocuments(url, userId);
  const shared = { url, name: 'bench', connections: 1, deadlineMs: 20_000 };
  const secured = createReaders({ ...shared, settings: actAs(rowSecurity, 'member') });
  const bare = createReaders({ ...shared, settings: {} });
  const asked: Record<string, { query: unknown; args: object; times: number }> = {
    'a session': { query: reads.memberSession, args: { userId, sessionId }, times: rounds },
    'a replay of 200 events': {
      query: reads.replay,
      args: { userId, sessionId, after: 0, limit: 500, maxBytes: 1_000_000 },
      times: rounds / 10,
    },
    'the first page of 10,000 sessions': {
      query: scans.memberSessions,
      args: { userId, limit: 50 },
      times: rounds / 10,
    },
    'a document': { query: reads.documentById, args: { userId, documentId }, times: rounds },
    'a text of 40,000 characters': {
      query: scans.documentTextOf,
      args: { userId, documentId, version: 1 },
      times: rounds,
    },
    [`${found} passages that a search found`]: {
      query: reads.passagesByRow,
      args: { userId, rowids, corpusIds: [corpusId] },
      times: rounds,
    },
    'the first page of 10,000 documents': {
      query: scans.documentsOfCorpus,
      args: { userId, corpusId, limit: 101 },
      times: rounds / 10,
    },
  };
  for (const [what, { query, args, times }] of Object.entries(asked)) {
    const one = query as Query<unknown, unknown>;
    const took: { secured: number[]; bare: number[] } = { secured: [], bare: [] };
    for (let i = 0; i < times; i++) {
      took.secured.push(await timed(() => secured.read(one, args, userId)));
      took.bare.push(await timed(() => bare.read(one, args)));
    }
    print({ bench, what: `${what}, with row security: p50`, value: median(took.secured), unit: 'ms' });
    print({ bench, what: `${what}, without: p50`, value: median(took.bare), unit: 'ms' });
  }
  await secured.close();
  await bare.close();
  await store.close();
}

async function timed(read: () => Promise<unknown>): Promise<number> {
  const fromMs = performance.now();
  await read();
  return performance.now() - fromMs;
}

/** A person with many sessions, one of which has a log. */
async function givenSessions(url: string, given: GivenLog): Promise<{ userId: string; sessionId: string }> {
  const agent = { id: agentId, name: 'Agent', description: '', instructions: '', tools: [] };
  await given.store.write.putBuiltins({ agents: [agent], at: systemClock.now() });
  const whose = await given.owned();
  for (let i = 0; i < 100; i++) await given.accept(whose);
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`create temp table more as select s.* from user_sessions s, generate_series(2, ${sessions});
    update more set session_id = gen_random_uuid()::text;
    with numbered as (select ctid, row_number() over () as n from more)
      update more set rev = 1000000 + n from numbered where more.ctid = numbered.ctid;
    insert into user_sessions select * from more;
    insert into session_members (session_id, user_id, level, added_at) select session_id, user_id, 'owner', '' from more;
    analyze`);
  await client.end();
  return whose;
}

/** A corpus that the person reads through one of five groups, one of twenty, with documents that each have a text and a passage. */
async function givenDocuments(
  url: string,
  userId: string,
): Promise<{ corpusId: string; documentId: string; rowids: number[] }> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`insert into groups (id, name, name_key, created_at)
      select 'group ' || i, 'group ' || i, 'group ' || i, '' from generate_series(1, 5) i;
    insert into group_members (group_id, user_id, added_at) select 'group ' || i, '${userId}', '' from generate_series(1, 5) i;
    insert into corpora (id, name, name_key, description, is_active, created_at, updated_at)
      select 'corpus ' || i, 'corpus ' || i, 'corpus ' || i, '', 1, '', '' from generate_series(1, 20) i;
    insert into grants (group_id, object_kind, object_id, level, granted_at)
      select 'group ' || 1 + i % 5, 'corpus', 'corpus ' || i, 'read', '' from generate_series(1, 20) i`);
  await client.query(`insert into documents (id, corpus_id, title, filename, media_type, bytes, sha256, file_key, state, progress, version, page_count,
        passage_count, language, created_at, updated_at)
      select 'document ' || i, 'corpus 1', 'Document ' || i, i || '.md', 'text/markdown', 40000, 'sha ' || i, 'file ' || i, 'ready', 1, 1, 1, 1, 'en',
        to_char(i, '00000000'), '' from generate_series(1, ${documents}) i;
    insert into document_texts (document_id, version, text, pages, headings, created_at)
      select 'document ' || i, 1, repeat('word ', 8000), '[]', '[]', '' from generate_series(1, 100) i;
    insert into passages (passage_id, document_id, corpus_id, version, ordinal, start_offset, end_offset, heading_path, title, text)
      select 'passage ' || i, 'document ' || i, 'corpus 1', 1, 0, 0, 900, '[]', 'Document ' || i, repeat('word ', 180)
      from generate_series(1, ${documents}) i;
    analyze`);
  const { rows } = await client.query(
    `select rowid from passages where ordinal = 0 order by passage_id limit ${found}`,
  );
  await client.end();
  return { corpusId: 'corpus 1', documentId: 'document 1', rowids: rows.map(({ rowid }) => Number(rowid)) };
}
