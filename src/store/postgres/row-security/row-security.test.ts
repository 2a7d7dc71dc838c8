import { Client } from 'pg';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../clock.ts';
import { byServer } from '../../../contract/audit.ts';
import { type InstanceId, newId } from '../../../ids.ts';
import { query, type Query } from '../../command.ts';
import { inPostgres } from '../../conformance/in-postgres.ts';
import { askedWords } from '../../../retrieval/message-words.ts';
import { forWhom, type QueryName } from '../../queries/for-whom.ts';
import { reads, scans } from '../../queries/index.ts';
import { all, type Db, type Script } from '../../script.ts';
import { clientConfig } from '../connect.ts';
import { type OpenedPostgres, openPostgresStore } from '../postgres-store.ts';
import { createReaders, type Readers } from '../readers.ts';
import { actAs } from './act-as.ts';
import { rights } from './rights.ts';
import { userSetting } from './roles.ts';
import { givenPeople, type Person } from './testing/people.ts';

/** Whatever a query for a member is asked about somebody: what the application would refuse. */
const asked = {
  memberSession: (of) => of,
  ownsSession: (of) => of,
  membershipsAmong: ({ userId, sessionId }) => ({ userId, sessionIds: [sessionId] }),
  sharedMark: ({ userId }) => ({ userId }),
  sessionsSharedWith: ({ userId }) => ({ userId, after: '', limit: 9 }),
  sharesGivenBy: ({ userId }) => ({ userId, after: '', limit: 9 }),
  memberSessions: ({ userId }) => ({ userId, limit: 9 }),
  ownedSessions: ({ userId }) => ({ userId, after: '', limit: 9 }),
  tagsOfSessions: ({ userId }) => ({ userId, limit: 9 }),
  sessionsInBin: ({ userId }) => ({ userId, limit: 9 }),
  importedAmong: ({ userId, sessionId }) => ({ userId, importedFrom: [sessionId] }),
  eventsAfter: (of) => ({ ...of, after: 0, limit: 9 }),
  eventsBefore: (of) => ({ ...of, before: 99, limit: 9 }),
  runningStep: (of) => of,
  replay: (of) => ({ ...of, after: 0, limit: 9, maxBytes: 1_000_000 }),
  sessionSnapshot: (of) => ({ ...of, turns: 9 }),
  messageEvents: (of) => of,
  turnOutcome: (of) => of,
  branchMessages: (of) => of,
  branchOf: (of) => of,
  searchMessages: ({ userId }) => ({ userId, words: askedWords('said'), limit: 9 }),
  feedbackOf: (of) => of,
  feedbackOfPerson: ({ userId }) => ({ userId, after: '', limit: 9 }),
  turnsForContext: (of) => ({ ...of, upToTurnNo: 2, turns: 9, maxChars: 1_000 }),
  defaultCorporaOf: (of) => of,
  dismissedAnnouncementOf: ({ userId }) => ({ userId }),
  corpusAccess: ({ userId }) => ({ userId }),
  agentAccess: ({ userId }) => ({ userId }),
  defaultAgent: ({ userId }) => ({ userId }),
  loginsOf: ({ userId }) => ({ userId, now: '2000', idleSince: '2000' }),
  apiKeysOf: ({ userId }) => ({ userId }),
  oidcLinkOf: ({ userId }) => ({ userId, issuer: 'issuer' }),
  budgetsOfUser: ({ userId }) => ({ userId, at: '2000-01-01T00:00:00.000Z' }),
  wasDocumentOpened: (of) => ({ ...of, version: 1, what: 'text', isByKey: false, since: '0' }),
  personalFacts: ({ userId }) => ({ userId }),
  auditOfPerson: ({ userId }) => ({ userId, after: 0, limit: 9 }),
  documentById: (of) => of,
  titleWithCorpusInBin: ({ userId, binnedId }) => ({ userId, documentId: binnedId }),
  documentsOfCorpus: ({ userId, corpusId }) => ({ userId, corpusId, limit: 9 }),
  documentsAmong: ({ userId, corpusId, documentId }) => ({
    userId,
    documentIds: [documentId],
    corpusIds: [corpusId],
  }),
  tagsOfDocuments: ({ userId, documentId }) => ({ userId, documentIds: [documentId] }),
  nextVersionOf: (of) => of,
  versionsOf: (of) => ({ ...of, limit: 9 }),
  oldVersionOf: (of) => ({ ...of, version: 1 }),
  documentTextOf: (of) => ({ ...of, version: 1 }),
  documentTextBetween: (of) => ({ ...of, version: 1, start: 0, end: 99 }),
  passagesOfVersion: (of) => ({ ...of, version: 1, afterOrdinal: -1, limit: 9 }),
  passagesByRow: ({ userId, corpusId, passageRow }) => ({ userId, rowids: [passageRow], corpusIds: [corpusId] }),
  passageById: ({ userId, passageId }) => ({ userId, passageId }),
  evaluationQuestions: ({ userId, corpusId }) => ({ userId, corpusId }),
} as const satisfies Record<MemberQuery, (of: Person) => object>;

type MemberQuery = { [Name in QueryName]: (typeof forWhom)[Name] extends string ? never : Name }[QueryName];
const registry = { ...reads, ...scans } as unknown as Record<string, Query<unknown, unknown>>;
/** What they give, also of somebody who has something, says nothing about whose it is. */
const nameless = ['defaultCorporaOf', 'dismissedAnnouncementOf', 'agentAccess', 'defaultAgent'];

/** Columns of every table that the member's role may read. */
const sights = Object.entries(rights).flatMap(([table, { member }]) => (member ? [{ table, ...member }] : []));
const tablesOfPeople = sights.filter(({ rows }) => rows !== 'true').map(({ table }) => table);
/** Of everybody, besides. */
const sharedTables = ['agents'];

inPostgres('row security', (server) => {
  let url: string;
  let owner: Client;
  let opened: OpenedPostgres;
  let people: Person[];
  let readers: Readers;

  const member = () => actAs(opened.rowSecurity, 'member');
  const open = () => openPostgresStore({ url, clock: systemClock, instanceId: newId<InstanceId>() });
  const connect = async (settings = {}) => {
    const client = new Client({ ...clientConfig({ url, name: 'test', settings }), pipeline: false });
    await client.connect();
    return client;
  };

  beforeAll(async () => {
    url = await server().newDatabase();
    opened = await open();
    owner = await connect();
    people = await givenPeople(opened.store, owner, 6);
    readers = createReaders({ url, name: 'test', settings: member(), connections: 4, deadlineMs: 20_000 });
  }, 60_000);
  afterAll(async () => {
    await readers.close();
    await owner.end();
    await opened.store.close();
  });

  /** Every row of a table, as text, that a user sees who asks for all of it. */
  async function everything(client: Client, table: string, userId: string | undefined): Promise<string[]> {
    const { rows: columns } = await owner.query(
      `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
      [table],
    );
    const without: readonly string[] = rights[table]?.member?.without ?? [];
    const shown = columns.map(({ name }) => String(name)).filter((name) => !without.includes(name));
    await client.query('begin');
    try {
      if (userId !== undefined) await client.query(`select set_config('${userSetting}', $1, true)`, [userId]);
      const { rows } = await client.query(`select ${shown.map((name) => `"${name}"`).join(', ')} from ${table}`);
      return rows.map((row) => JSON.stringify(row));
    } finally {
      await client.query('rollback');
    }
  }

  const others = (person: Person) => people.filter((other) => other !== person);

  /** Random people ask for everything, side by side. @returns foreign rows and own rows of each table */
  async function askForEverything(): Promise<Record<string, { foreign: number; own: number }>> {
    const found = Object.fromEntries(tablesOfPeople.map((table) => [table, { foreign: 0, own: 0 }]));
    const clients = await Promise.all([connect(member()), connect(member()), connect(member())]);
    await Promise.all(
      clients.map(async (client, k) => {
        for (const [i, table] of tablesOfPeople.entries()) {
          const person = people[(i * 5 + k * 2) % people.length];
          const count = found[table];
          if (!person || !count) continue;
          for (const row of await everything(client, table, person.userId)) {
            if (others(person).some((other) => isOf(row, other))) count.foreign += 1;
            else if (isOf(row, person)) count.own += 1;
          }
        }
        await client.end();
      }),
    );
    return found;
  }

  test('every table of the store has rights, and row security that its owner obeys too', async () => {
    expect(opened.rowSecurity).toMatchObject({ isOn: true });
    const { rows } = await owner.query(`select relname as name, relrowsecurity and relforcerowsecurity as forced
      from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r' and relname <> 'schema_migrations'`);
    expect(rows.map(({ name }) => String(name)).toSorted()).toEqual(Object.keys(rights).toSorted());
    expect(rows.filter(({ forced }) => Number(forced) !== 1)).toEqual([]);
  });

  test('whoever asks for all rows of a table has their own and nobody else’s', async () => {
    const found = await askForEverything();
    expect(Object.entries(found).filter(([, { foreign }]) => foreign > 0)).toEqual([]);
    expect(Object.entries(found).filter(([, { own }]) => own === 0)).toEqual([]);
  });

  test('a query for a member that is asked about somebody else finds nothing, 800 reads at once through one pool', async () => {
    const names = Object.keys(asked) as MemberQuery[];
    const tries = Array.from({ length: 400 }, (_, i) => {
      const name = names[i % names.length] ?? 'memberSession';
      const [who, about] = [people[(i * 7) % people.length], people[(i * 7 + 1 + (i % 5)) % people.length]];
      if (!who || !about) throw new Error('nobody');
      return { name, who, about };
    });
    const seen = await Promise.all(
      tries.map(async ({ name, who, about }) => {
        const one = registry[name];
        if (!one) throw new Error(`no query ${name}`);
        const [foreign, own] = await Promise.all([
          readers.read(one, asked[name](about), who.userId),
          readers.read(one, asked[name](who), who.userId),
        ]);
        return { name, foreign: saysSomething(foreign), own: saysSomething(own) };
      }),
    );
    expect(seen.filter(({ foreign }) => foreign).map(({ name }) => name)).toEqual([]);
    const silent = new Set(seen.filter(({ own }) => !own).map(({ name }) => name));
    expect([...silent].filter((name) => !nameless.includes(name))).toEqual([]);
  }, 60_000);

  test('whoever a session is shared with sees what is in it, for as long as it is, and nothing else of its owner', async () => {
    const [one, guest] = people;
    if (!one || !guest) throw new Error('nobody');
    const { sessionId, userId } = one;
    const change = { sessionId, userId, at: systemClock.now(), by: byServer };
    const subject = { kind: 'user', id: guest.userId } as const;
    const of = { sessionId, userId: guest.userId };
    const log = async () =>
      (await readers.read(reads.eventsAfter, { ...of, after: 0, limit: 99 }, guest.userId)) as unknown[];
    const client = await connect(member());
    expect(await log()).toEqual([]);
    await opened.store.write.shareSession({ ...change, subject, level: 'read' });
    expect((await log()).length).toBeGreaterThan(3);
    const seen = [
      'user_sessions',
      'session_events',
      'message_words',
      'turns',
      'blobs',
      'citations',
      'session_grants',
      'turn_journal',
    ];
    for (const table of tablesOfPeople) {
      const rows = await everything(client, table, guest.userId);
      const foreign = rows.filter((row) =>
        [one.userId, one.groupId, one.corpusId, one.tokenId].some((id) => row.includes(id)),
      );
      // What was said there, and the group that its owner shared it with, are in the session.
      if (!seen.includes(table)) expect(foreign, table).toEqual([]);
    }
    await opened.store.write.unshareSession({ ...change, subject });
    expect(await log()).toEqual([]);
    await client.end();
  });

  test('what a search found in corpora that it should not have been told of is shown as far as its reader sees them', async () => {
    const [one, other] = people;
    if (!one || !other) throw new Error('nobody');
    const told = {
      rowids: people.map(({ passageRow }) => passageRow),
      corpusIds: people.map(({ corpusId }) => corpusId),
    };
    const found = async (userId: string) => {
      const records = await opened.store.read.passagesByRow({ ...told, userId });
      return records.map(({ passage_id }) => passage_id);
    };
    expect(await found(one.userId)).toEqual([one.passageId]);
    expect(await found('')).toEqual([]);
    const { rows } = await owner.query('select group_id, object_id from grants where object_id = $1', [other.corpusId]);
    expect(rows).toEqual([{ group_id: other.groupId, object_id: other.corpusId }]);
    await owner.query(`insert into group_members values ($1, $2, '')`, [other.groupId, one.userId]);
    expect((await found(one.userId)).toSorted()).toEqual([one.passageId, other.passageId].toSorted());
    await owner.query('delete from group_members where group_id = $1 and user_id = $2', [other.groupId, one.userId]);
    expect(await found(one.userId)).toEqual([one.passageId]);
    await owner.query(`update users set role = 'administrator' where id = $1`, [one.userId]);
    expect(await found(one.userId)).toHaveLength(people.length);
    await owner.query(`update users set role = 'member' where id = $1`, [one.userId]);
  });

  test('while nobody is set there is no row', async () => {
    const client = await connect(member());
    for (const userId of [undefined, '']) {
      for (const table of tablesOfPeople) {
        const rows = await everything(client, table, userId);
        expect(
          rows.filter((row) => people.some((person) => isOf(row, person))),
          table,
        ).toEqual([]);
        expect(rows, table).toEqual([]);
      }
    }
    await client.end();
  });

  test('whose rows a connection showed is forgotten with the transaction, however it ended', async () => {
    const one = createReaders({ url, name: 'test', settings: member(), connections: 1, deadlineMs: 300 });
    const [person] = people;
    if (!person) throw new Error('nobody');
    const sees = async (userId?: string) => await one.read(sessionsSeen, {}, userId);
    const own = 3;
    expect(await sees(person.userId)).toBe(own);
    expect(await sees()).toBe(0);
    await expect(one.read(fails, { first: 1 }, person.userId)).rejects.toMatchObject({ code: 'internal' });
    expect(await sees()).toBe(0);
    await expect(one.read(fails, { first: 0 }, person.userId)).rejects.toMatchObject({ code: 'internal' });
    expect(await sees()).toBe(0);
    await expect(one.read(sleeps, {}, person.userId)).rejects.toMatchObject({ code: 'overloaded' });
    expect(await sees()).toBe(0);
    await one.close();
    // One connection that is kept whatever happened on it.
    const client = await connect(member());
    const count = async () => (await client.query('select count(*) as n from user_sessions')).rows[0]?.n;
    const begin = async () => {
      await client.query(`begin; set local ${userSetting} = '${person.userId}'; set local statement_timeout = 100`);
      expect(await count()).toBe(own);
    };
    for (const end of ['commit', 'rollback', 'select 1 / 0', 'select pg_sleep(9)']) {
      await begin();
      await client.query(end).catch(() => undefined);
      await client.query('rollback');
      expect(await count(), end).toBe(0);
    }
    await client.end();
  });

  test('no role of the server may change a policy, or has what is not its', async () => {
    const refused: Record<string, readonly string[]> = {
      member: [
        `insert into session_members values ('a', 'b', 'owner', '')`,
        `update users set role = 'administrator'`,
        'delete from session_events',
        'select password_hash from users',
        'select token_hash from login_tokens',
        'select * from settings',
        'select * from stored_file_chunks',
      ],
      worker: ['truncate turns'],
      facts: [
        'select payload from session_events',
        'select text from turn_journal',
        'select body from blobs',
        'select text from passages',
        'select instructions from agents',
        'select password_hash from users',
        'select * from login_tokens',
        `update users set role = 'administrator'`,
      ],
    };
    for (const role of ['member', 'worker', 'facts'] as const) {
      const client = await connect(actAs(opened.rowSecurity, role));
      const all = [
        ...(refused[role] ?? []),
        'alter table user_sessions disable row level security',
        'alter table user_sessions no force row level security',
        'drop policy perdure_member on user_sessions',
        'create policy more on user_sessions using (true)',
        'drop table user_sessions',
        'create table more (id text)',
        'create role more',
      ];
      for (const statement of all) {
        await expect(client.query(statement), `${role}: ${statement}`).rejects.toMatchObject({ code: '42501' });
      }
      await client.query('reset role');
      const { rows } = await client.query('select current_user as name');
      expect(rows).toEqual([{ name: opened.rowSecurity.isOn ? opened.rowSecurity.roles[role] : '' }]);
      await client.end();
    }
  });

  test('without policies the same asking finds foreign rows in every table; the next start has them back', async () => {
    for (const table of Object.keys(rights)) await owner.query(`alter table ${table} disable row level security`);
    const found = await askForEverything();
    expect(Object.entries(found).filter(([, { foreign }]) => foreign === 0)).toEqual([]);
    await (await open()).store.close();
    const again = await askForEverything();
    expect(Object.entries(again).filter(([, { foreign }]) => foreign > 0)).toEqual([]);
  }, 60_000);
});

test('every table that is shown to members is a person’s, or is told to be everybody’s', () => {
  expect(sights.filter(({ rows }) => rows === 'true').map(({ table }) => table)).toEqual(sharedTables);
});

const isOf = (text: string, person: Person) =>
  Object.values(person).some((id) => typeof id === 'string' && text.includes(id));

/** Whether there is anything in an answer. */
function saysSomething(answer: unknown): boolean {
  if (Array.isArray(answer)) return answer.length > 0;
  if (typeof answer === 'object' && answer !== null) return Object.values(answer).some(saysSomething);
  return answer !== undefined && answer !== null && answer !== false && answer !== 0 && answer !== '';
}

const sessionsSeen = query(function* (db: Db, _args: object): Script<number> {
  return (yield* all(db.selectFrom('user_sessions').select('session_id'))).length;
}) as Query<unknown, unknown>;

/** In its first statement, or in one after it. */
const fails = query(function* (db: Db, { first }: { first: number }): Script<number> {
  yield sql`select 1 / ${1 - first}::int`.compile(db);
  yield sql`select 1 / 0`.compile(db);
  return 0;
}) as Query<unknown, unknown>;

const sleeps = query(function* (db: Db, _args: object): Script<number> {
  yield sql`select pg_sleep(9)`.compile(db);
  return 0;
}) as Query<unknown, unknown>;
