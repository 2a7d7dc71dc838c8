import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { GivenLog } from '../conformance/given-log.ts';
import { openStore } from '../conformance/open-sqlite.ts';
import { originals } from '../migrations/0026-originals.ts';
import { sessionOrder } from '../migrations/0039-session-order.ts';
import { usage } from '../migrations/0045-usage.ts';
import { migrations } from '../migrations/index.ts';
import { sqliteBuilder } from '../script.ts';
import { usageDifferences } from '../usage/usage-differences.ts';
import { migrate } from './migrate.ts';
import { openWriter } from './open.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-migrate-'));
  path = join(folder, 'perdure.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const columns = 'position, session_id, seq, type, turn_id, attempt, step, fence, actor, payload, blob_id, at';

/** A store as the first schema left it: two logs that grew by turns, a message in `blobs`, positions with a gap. */
function givenFirstSchema(): { database: DatabaseSync; log(): unknown[] } {
  const database = openWriter(path);
  migrate(database, systemClock.now(), migrations.slice(0, 1));
  database.exec(`
    insert into user_sessions (session_id, active_agent_id, title, created_at, last_activity, last_seq, rev)
      values ('one', 'agent', 'One', '1', '1', 2, 1), ('two', 'agent', 'Two', '1', '1', 2, 2);
    insert into blobs values ('two:2', 'two', 3, '{"text":"long"}');
    insert into session_events (position, session_id, seq, event_id, type, turn_id, attempt, step, fence, actor, payload, blob_id, at)
      values (3, 'two', 1, '1', 'user_message', 't2', 0, null, 0, 'user', '{"text":"q"}', null, '1'),
        (4, 'one', 1, '1', 'user_message', 't1', 0, null, 0, 'user', '{"text":"p"}', null, '2'),
        (9, 'two', 2, '2', 'agent_message', 't2', 1, 0, 1, 'agent', '{"blob_id":"two:2"}', 'two:2', '3'),
        (12, 'one', 2, '2', 'session_updated', null, null, null, null, null, '{}', null, '4')`);
  return { database, log: () => database.prepare(`select ${columns} from session_events order by position`).all() };
}

test('a store of the first schema keeps its log, and goes on from it', async () => {
  const { database, log } = givenFirstSchema();
  const before = log();
  expect(before).toHaveLength(4);
  migrate(database, systemClock.now());
  expect(log()).toEqual(before);
  expect(database.prepare('pragma foreign_key_check').all()).toEqual([]);
  expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  expect(() =>
    database.exec(
      `insert into session_events (session_id, seq, type, payload, at) values ('one', 2, 'turn_state', '{}', '5')`,
    ),
  ).toThrow('UNIQUE');
  database.close();

  const store = await openStore(path);
  await store.write.updateSession({
    sessionId: 'one',
    changes: { title: 'Renamed' },
    by: { userId: 'user' },
    at: systemClock.now(),
  });
  const { events } = await store.read.tail({ position: 0, journalId: 0, limit: 10 });
  expect(events.map(({ position, session_id, seq }) => [position, session_id, seq])).toEqual([
    [3, 'two', 1],
    [4, 'one', 1],
    [9, 'two', 2],
    [12, 'one', 2],
    [13, 'one', 3],
  ]);
  expect(events[2]?.payload).toBe('{"text":"long"}');
  await store.close();
});

test('two processes may bring a store of the first schema forward at once', async () => {
  const { database, log } = givenFirstSchema();
  const before = log();
  const stores = await Promise.all([openStore(path), openStore(path), openStore(path)]);
  await Promise.all(stores.map((store) => new GivenLog(store).user()));
  expect(log()).toEqual(before);
  expect(database.prepare('select id, name from schema_migrations order by id').all()).toEqual(
    migrations.map(({ id, name }) => ({ id, name })),
  );
  await Promise.all(stores.map((store) => store.close()));
  database.close();
});

test('the schema a store grew into is the one a new store has', () => {
  const { database } = givenFirstSchema();
  migrate(database, systemClock.now());
  const fresh = new DatabaseSync(':memory:');
  migrate(fresh, systemClock.now());
  expect(schemaOf(database)).toEqual(schemaOf(fresh));
  const names = schemaOf(fresh).map(({ name }) => name);
  expect(names).toContain('session_events_messages');
  expect(names).not.toContain('session_events_turn');
  database.close();
  fresh.close();
});

test('versions from before each had its original have that of their document, but one whose reading failed', () => {
  const database = openWriter(path);
  const before = migrations.filter(({ id }) => id < originals.id);
  migrate(database, systemClock.now(), before);
  const version = `'', 'text/html', 'en', '[]', 0, 0, '1', '1'`;
  database.exec(`
    insert into corpora (id, name, name_key, description, is_active, document_count, passage_count, created_at, updated_at)
      values ('corpus', 'C', 'c', '', 1, 1, 0, '1', '1');
    insert into documents (id, corpus_id, title, filename, media_type, bytes, sha256, file_key, address, state, progress,
      page_count, passage_count, version, created_by, created_at, updated_at) values ('document', 'corpus', '', 'a.html',
      'text/html', 7, 'hash', 'file', 'https://a.example/', 'ready', 1, 0, 0, 2, 'carla', '1', '1');
    insert into document_versions (document_id, version, state, progress, title, media_type, language, notices, page_count,
      passage_count, created_at, updated_at) values ('document', 1, 'old', 1, ${version}), ('document', 3, 'failed', 0, ${version})`);
  migrate(database, systemClock.now());
  const read =
    'select version, filename, bytes, sha256, file_key, address, created_by from document_versions order by 1';
  const known = ['a.html', 7, 'hash'];
  expect(
    database
      .prepare(read)
      .all()
      .map((row) => Object.values(row)),
  ).toEqual([
    [1, ...known, 'file', 'https://a.example/', 'carla'],
    [3, ...known, '', 'https://a.example/', 'carla'],
  ]);
  database.close();
});

test('sessions from before they were counted are counted', () => {
  const database = openWriter(path);
  migrate(
    database,
    systemClock.now(),
    migrations.filter(({ id }) => id < sessionOrder.id),
  );
  database.exec(`
    insert into user_sessions (session_id, active_agent_id, title, created_at, last_activity, rev, is_active, deleted_at)
      values ('one', 'agent', '', '1', '1', 1, 1, null), ('two', 'agent', '', '1', '1', 2, 1, null),
        ('three', 'agent', '', '1', '1', 3, 0, null), ('four', 'agent', '', '1', '1', 4, 1, '2')`);
  migrate(database, systemClock.now());
  const counts = database.prepare('select sessions from session_counts order by status').all();
  expect(counts.map((row) => row.sessions)).toEqual([1, 2, 1]);
  database.close();
});

test('turns from before use was counted are counted, but those that were brought along or erased', () => {
  const database = openWriter(path);
  migrate(
    database,
    systemClock.now(),
    migrations.filter(({ id }) => id < usage.id),
  );
  const day = '2026-01-02';
  database.exec(`pragma foreign_keys = off;
    insert into user_sessions (session_id, active_agent_id, title, created_at, last_activity, rev, erase_at)
      values ('kept', 'agent', '', '1', '1', 1, null), ('erased', 'agent', '', '1', '1', 2, '2')`);
  const turn = (id: string, session: string, no: number, hash: string, state: string) =>
    database.exec(`insert into turns (turn_id, session_id, turn_no, author_user_id, client_turn_id, request_hash, agent_id, corpora, state,
        message_seq, created_at, updated_at) values ('${id}', '${session}', ${no}, 'bob', '${id}', '${hash}', 'agent', '[]', '${state}', 1,
        '${day}T10:00:00.000Z', '${day}T10:00:02.000Z')`);
  turn('answered', 'kept', 1, 'hash', 'done');
  turn('stopped', 'kept', 2, 'hash', 'cancelled');
  turn('waiting', 'kept', 3, 'hash', 'queued');
  turn('brought along', 'kept', 4, '', 'done');
  turn('gone', 'erased', 1, 'hash', 'done');
  database.exec(`insert into turn_attempts (turn_id, attempt, instance_id, started_at, ended_at, input_tokens, output_tokens, model)
    values ('answered', 1, 'here', '1', '${day}T10:00:02.000Z', 5, 7, 'm')`);
  migrate(database, systemClock.now());
  const counted = database
    .prepare('select kind, subject_id, turns, sessions, answered, stopped, uncited from usage_days order by kind')
    .all();
  const counts = [2, 1, 1, 1, 1];
  expect(counted.map((row) => Object.values(row))).toEqual([
    ['agent', 'agent', ...counts],
    ['all', '', ...counts],
    ['corpus', '', ...counts],
    ['group', '', ...counts],
  ]);
  const db = sqliteBuilder();
  for (const differs of Object.values(usageDifferences(db))) {
    expect(database.prepare(differs.compile(db).sql).all()).toEqual([]);
  }
  database.close();
});

function schemaOf(database: DatabaseSync): { type: string; name: string; sql: string | null }[] {
  const rows = database.prepare('select type, name, sql from sqlite_schema order by name').all();
  return rows as { type: string; name: string; sql: string | null }[];
}
