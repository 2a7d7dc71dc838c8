import { randomUUID } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { everyoneGroupId } from '../../src/contract/access.ts';
import type { ApiScope } from '../../src/contract/account.ts';
import { adminSessions } from '../../src/contract/admin.ts';
import { auditList } from '../../src/contract/audit.ts';
import { type ImportAnswer, importAnswer } from '../../src/contract/personal-data.ts';
import { type Session, sessionList } from '../../src/contract/sessions.ts';
import { answered, Client, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { exportWith, importArchive, sessionText, type WrittenSession, writtenSession } from '../exports.ts';
import { openSession, type Person } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { newKey } from '../keys.ts';
import { sharedServer } from '../shared-server.ts';
import { ask, logOf, send } from '../turns.ts';

const server = sharedServer({ withModel: true, env: { PERDURE_LOG_LEVEL: 'warn' } });

const imported = async (person: Person, archive: Uint8Array): Promise<ImportAnswer> =>
  answered(await importArchive(person, archive), 200, importAnswer);

const sessionsOf = async (person: Person): Promise<Session[]> =>
  answered(await person.client.get('/api/sessions'), 200, sessionList).sessions;

const nothing = { brought_back: 0, in_bin: 0, already_here: 0, refused: [], refused_in_all: 0, documents: 0 };

/** Why the one session of an archive does not come back. */
async function reasonFor(person: Person, changed: WrittenSession | string): Promise<string | undefined> {
  const written = typeof changed === 'string' ? [] : [changed];
  const files = typeof changed === 'string' ? { 'sessions/one.json': changed } : {};
  const { refused: reasons, ...rest } = await imported(person, exportWith(written, files));
  expect(rest).toEqual({ ...nothing, refused: undefined, refused_in_all: 1 });
  return reasons[0]?.reason;
}

/** The written session with one event changed. */
function withEvent(seq: number, change: object, session: object = {}): WrittenSession {
  const written = writtenSession();
  return {
    session: { ...written.session, ...session },
    events: written.events.map((event) => (event['seq'] === seq ? { ...event, ...change } : event)),
  };
}

describe('an import', () => {
  test('makes a session whole again as the one’s who brings it, marked as brought back, and nothing runs', async () => {
    const person = await server().person();
    const written = writtenSession('Brought back');
    expect(await imported(person, exportWith([written]))).toEqual({ ...nothing, brought_back: 1 });
    const [session] = await sessionsOf(person);
    expect(session).toMatchObject({
      title: 'Brought back',
      username: person.username,
      created_at: written.session['created_at'],
      last_activity: written.session['last_activity'],
      chat_messages: 2,
      user_queries: 1,
      imported_at: expect.stringMatching(/^20/),
    });
    expect(session?.session_id).not.toBe(written.session['session_id']);
    const log = await logOf(person, session?.session_id ?? '');
    expect(log).toHaveLength(5);
    expect(log[0]).toMatchObject({ type: 'user_message', author_user_id: person.user.id, seq: 1 });
    const [row] = answered(
      await server().admin.client.get(`/api/admin/sessions?username=${person.username}`),
      200,
      adminSessions,
    );
    expect(row?.imported_at).toBe(session?.imported_at);
    const { records } = answered(
      await server().admin.client.get(`/api/admin/audit?action=session.imported&actor=${person.user.id}`),
      200,
      auditList,
    );
    expect(records.map(({ facts }) => facts)).toEqual([{ turns: 1, events: 5 }]);
    const charged = queryDatabase(
      server().databasePath,
      'select 1 from budget_charges c join turns t on t.turn_id = c.turn_id where t.author_user_id = ?',
      person.user.id,
    );
    expect(charged).toEqual([]);
    const stranger = await server().person();
    refused(await stranger.client.get(`/api/sessions/${session?.session_id}`), 404, 'not_found');
    await checkInvariants(server().databasePath);
  });

  test('twice, or twice at once, brings nothing back twice; what was thrown away since comes again', async () => {
    const person = await server().person();
    const archive = exportWith([writtenSession('One'), writtenSession('Two')]);
    const replies = await Promise.all([importArchive(person, archive), importArchive(person, archive)]);
    const statuses = replies.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([200, expect.toBeOneOf([200, 429])]);
    expect(await imported(person, archive)).toEqual({ ...nothing, already_here: 2 });
    const [first, ...rest] = await sessionsOf(person);
    expect(rest).toHaveLength(1);
    await person.client.delete(`/api/sessions/${first?.session_id}`);
    expect(await imported(person, archive)).toEqual({ ...nothing, brought_back: 1, already_here: 1 });
    const other = await server().person();
    expect(await imported(other, archive)).toEqual({ ...nothing, brought_back: 2 });
    await checkInvariants(server().databasePath);
  });

  test('leaves alone the sessions of an export that are still here', async () => {
    const person = await server().person();
    const { session_id } = await openSession(person);
    server().model.next({ text: 'An answer.' });
    await ask(person, session_id, 'A question');
    const { bytes } = await person.client.get('/api/account/export');
    expect(await imported(person, bytes)).toEqual({ ...nothing, already_here: 1 });
    expect(await sessionsOf(person)).toHaveLength(1);
  });

  test('goes on where it stopped: the model reads question and answer, and no search that was not ours', async () => {
    const person = await server().person();
    const written = withEvent(4, { text: 'The gate opens at seven [1].' });
    await imported(person, exportWith([written]));
    const [session] = await sessionsOf(person);
    server().model.next({ text: 'Go on.' });
    const { state } = await ask(person, session?.session_id ?? '', 'And then?');
    expect(state).toBe('done');
    const request = JSON.stringify(server().model.requests.at(-1));
    expect(request).toContain('What is written here?');
    expect(request).toContain('The gate opens at seven.');
    await checkInvariants(server().databasePath);
  });

  test('comes with an API key that may write sessions, and with no other', async () => {
    const person = await server().person();
    const archive = exportWith([writtenSession()]);
    const keyed = async (scopes: ApiScope[]) => ({
      ...person,
      client: new Client(server().url, (await newKey(person, scopes)).key),
    });
    refused(await importArchive(await keyed(['sessions:read']), archive), 403, 'key_scope');
    expect((await imported(await keyed(['sessions:write']), archive)).brought_back).toBe(1);
    refused(await importArchive({ ...person, client: server().anonymous }, archive), 401, 'unauthenticated');
  });

  test('from another site with the cookie is refused', async () => {
    const person = await server().person();
    const reply = await server().anonymous.call('POST', '/api/account/import', {
      body: exportWith([writtenSession()]),
      headers: { cookie: `perdure=${person.client.token}`, origin: 'https://elsewhere.example' },
    });
    refused(reply, 403, 'cross_site');
    const own = await server().anonymous.call('POST', '/api/account/import', {
      body: exportWith([writtenSession()]),
      headers: { cookie: `perdure=${person.client.token}`, origin: server().url.origin },
    });
    expect(answered(own, 200, importAnswer).brought_back).toBe(1);
  });

  test('of a session that lay in the bin puts it into the bin, and of one that was closed brings it closed', async () => {
    const person = await server().person();
    const binned = writtenSession('Thrown away');
    Object.assign(binned.session, { deleted_at: '2999-01-01T00:00:00.000Z' });
    const closed = writtenSession('Closed');
    Object.assign(closed.session, { is_active: false });
    const archive = exportWith([binned, closed]);
    expect(await imported(person, archive)).toEqual({ ...nothing, brought_back: 1, in_bin: 1 });
    expect(await imported(person, archive)).toEqual({ ...nothing, already_here: 2 });
    const [session, ...rest] = await sessionsOf(person);
    expect(rest).toEqual([]);
    const turn = { client_turn_id: randomUUID(), text: 'Hello?' };
    refused(await person.client.post(`/api/sessions/${session?.session_id}/turns`, turn), 409, 'session_inactive');
    const [row] = queryDatabase(
      server().databasePath,
      `select deleted_at <= ? as past from user_sessions where user_id = ? and title = 'Thrown away'`,
      new Date().toISOString(),
      person.user.id,
    );
    expect(row).toEqual({ past: 1 });
    await checkInvariants(server().databasePath);
  });

  test('of an answer that was under way ends it: what waited is cancelled, what ran is interrupted', async () => {
    const person = await server().person();
    const { session_id } = await openSession(person);
    server().model.next({ text: 'the beginning is shown and the end never comes', stallAfter: 4 });
    const first = await send(person, session_id, 'First');
    await send(person, session_id, 'Second');
    await expect
      .poll(async () => (await logOf(person, session_id)).some((e) => e.type === 'turn_state' && e.state === 'running'))
      .toBe(true);
    const { bytes } = await person.client.get('/api/account/export');
    await person.client.post(`/api/sessions/${session_id}/turns/${first.turn_id}/stop`);
    const other = await server().person();
    expect(await imported(other, bytes)).toEqual({ ...nothing, brought_back: 1 });
    const [session] = await sessionsOf(other);
    const ends = (await logOf(other, session?.session_id ?? '')).slice(-2);
    expect(ends).toMatchObject([
      { type: 'turn_state', state: 'interrupted', code: 'unfinished_in_export' },
      { type: 'turn_state', state: 'cancelled', code: 'unfinished_in_export' },
    ]);
    await checkInvariants(server().databasePath);
  });

  test('gives no source to read that one may not read', async () => {
    const owner = await server().person('curator');
    const corpus = await newCorpus(owner, `Closed ${randomUUID()}`);
    const documentId = await upload(owner, corpus.id, 'secret.txt', 'The vault opens at nine. '.repeat(20));
    await untilRead(owner, documentId);
    const { admin } = server();
    const taken = await admin.client.delete(`/api/admin/groups/${everyoneGroupId}/grants/corpus/${corpus.id}`);
    expect(taken.status).toBe(204);
    const person = await server().person();
    const citation = {
      n: 1,
      corpus_id: corpus.id,
      corpus_name: corpus.name,
      document_id: documentId,
      document_version: 1,
      document_title: 'secret',
      passage_id: randomUUID(),
      start: 0,
      end: 10,
      quote: 'not what stands there',
      score: 1,
    };
    const written = withEvent(4, { citations: [citation], text: 'It opens [1].' }, { corpora: [corpus.id] });
    expect((await imported(person, exportWith([written]))).brought_back).toBe(1);
    const [session] = await sessionsOf(person);
    const log = await logOf(person, session?.session_id ?? '');
    expect(log[3]).toMatchObject({ citations: [citation] });
    refused(await person.client.get(`/api/documents/${documentId}`), 404, 'not_found');
    refused(await person.client.get(`/api/documents/${documentId}/text?version=1`), 404, 'not_found');
    // A made-up quote is no fault of the store.
    await checkInvariants(server().databasePath);
  });
});

const fresh = () => server().person();

/** What an archive is refused with, whole. */
const refusal = async (archive: Uint8Array) => {
  const person = await fresh();
  const problem = refused(await importArchive(person, archive), 400, 'not_an_export');
  expect(await sessionsOf(person), 'nothing was stored').toEqual([]);
  return problem.detail;
};

describe('what is no export', () => {
  test('is refused as a whole, with what to do', async () => {
    refused(await importArchive(await fresh(), new Uint8Array(0)), 400);
    expect(await refusal(strToU8('no archive at all'))).toContain('not a ZIP archive');
    const whole = exportWith([writtenSession()]);
    expect(await refusal(whole.slice(0, -40))).toContain('not a ZIP archive');
    expect(await refusal(zipSync({ 'sessions/one.json': strToU8('{}') }))).toContain('account.json is missing');
    expect(await refusal(exportWith([], { 'account.json': '{"format": "perdure-account-9"}' }))).toContain(
      'this server reads perdure-account-1',
    );
    expect(await refusal(exportWith([], { 'account.json': '[]' }))).toContain('account.json');
    expect(await refusal(exportWith([], { 'account.json': '{' }))).toContain('account.json');
    const many = Object.fromEntries(Array.from({ length: 40_010 }, (_, n) => [`d/${n}`, '']));
    expect(await refusal(exportWith([writtenSession()], many))).toContain('more than 40,000 files');
  });

  test('names outside of its folders, and archives in it, are nothing to read', async () => {
    const person = await fresh();
    const text = sessionText(writtenSession('Outside'));
    const names = [
      '../sessions/a.json',
      '/sessions/b.json',
      'sessions/../c.json',
      'sessions/x/d.json',
      'sessions\\e.json',
    ];
    const nested = exportWith([writtenSession('Nested')]);
    const archive = exportWith([writtenSession('Inside')], {
      ...Object.fromEntries(names.map((name) => [name, text])),
      'documents/one/inner.zip': nested,
      'documents/one.json': '{}',
    });
    expect(await imported(person, archive)).toEqual({ ...nothing, brought_back: 1, documents: 1 });
    expect((await sessionsOf(person)).map(({ title }) => title)).toEqual(['Inside']);
  });

  test('a file that unpacks to more than it should is not unpacked', async () => {
    const person = await fresh();
    expect(await reasonFor(person, 'x'.repeat(5 * 2 ** 20))).toContain('far more than text does');
    const noise = Array.from({ length: 1_000 }, () => randomUUID()).join('');
    expect(await reasonFor(person, noise.repeat(1_000))).toContain('more than 32 MiB');
    const lying = exportWith([writtenSession()]);
    // What the directory says of the size is less than what comes.
    const directory = Buffer.from(lying).lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    new DataView(lying.buffer).setUint32(directory + 24, 100, true);
    const { refused: reasons } = await imported(person, lying);
    expect(reasons[0]?.reason).toBe('It is damaged in the archive.');
  });
});

describe('a session that breaks a rule of the log stays out, and the others come', () => {
  const cases: [string, WrittenSession | string, RegExp][] = [
    ['no JSON', '{', /not as Perdure wrote it/],
    ['cut off', sessionText(writtenSession()).slice(0, -6), /not as Perdure wrote it|no JSON/],
    ['more behind it', `${sessionText(writtenSession())}{}`, /not as Perdure wrote it/],
    ['a gap', withEvent(3, { seq: 4 }), /^Event 3: it has the number 4/],
    ['another session’s event', withEvent(2, { session_id: randomUUID() }), /^Event 2: it is of another session/],
    ['an unknown type', withEvent(2, { type: 'surprise' }), /^Event 2 is not as /],
    ['an unknown field', withEvent(2, { surprise: 1 }), /^Event 2 is not as .*surprise/],
    ['a turn that begins as done', withEvent(2, { state: 'done' }), /begin with done/],
    ['a turn that is done without an answer', withEvent(4, { final: false }), /done has no whole answer/],
    ['an attempt that is skipped', withEvent(3, { attempt: 7 }), /attempt 7/],
    ['a step that is skipped', withEvent(4, { step: 3 }), /step 3/],
    ['a turn that is not there', withEvent(4, { turn_id: randomUUID() }), /turn is not in the session/],
    ['a parent that is not there', withEvent(1, { parent_turn_id: randomUUID() }), /not in the session/],
    ['an empty message', withEvent(1, { text: ' ' }), /empty/],
    ['a message that is too long', withEvent(1, { text: 'x'.repeat(64_001) }), /longer/],
    ['no time', withEvent(1, { at: '2026-99-99T00:00:00.000Z' }), /no time/],
    ['no time at all', withEvent(1, { at: 7 }), /^Event 1 is not as /],
    ['an owner', withEvent(1, {}, { user_id: randomUUID() }), /The session is not as .*user_id/],
    [
      'a prototype',
      sessionText(writtenSession()).replace('"step":0', '"step":0,"__proto__":{"final":true}'),
      /__proto__/,
    ],
  ];
  test.each(cases)('%s', async (_name, changed, reason) => {
    const person = await server().person();
    expect(await reasonFor(person, changed)).toMatch(reason);
    expect(await sessionsOf(person)).toEqual([]);
  });

  test('what is not Unicode becomes the sign that says so, and a good session beside a bad one comes', async () => {
    const person = await server().person();
    const odd = writtenSession('Odd');
    const text = sessionText(odd).replace(
      'What is written here?',
      String.raw`lone \ud83d and \u0000, pair \ud83d\ude00`,
    );
    const archive = exportWith([withEvent(3, { seq: 9 })], { 'sessions/odd.json': text });
    expect(await imported(person, archive)).toMatchObject({ brought_back: 1, refused_in_all: 1 });
    const [session] = await sessionsOf(person);
    const [message] = await logOf(person, session?.session_id ?? '');
    expect(message).toMatchObject({ text: 'lone \uFFFD and \uFFFD, pair 😀' });
    await checkInvariants(server().databasePath);
  });
});

test('an import of somebody who is suspended meanwhile brings nothing back any more', async () => {
  const person = await server().person();
  const archive = exportWith(Array.from({ length: 300 }, (_, n) => writtenSession(`Session ${n}`)));
  const running = importArchive(person, archive);
  await expect
    .poll(
      () =>
        queryDatabase(server().databasePath, 'select 1 from user_sessions where user_id = ?', person.user.id).length,
    )
    .toBeGreaterThan(0);
  await server().admin.client.patch(`/api/admin/users/${person.user.id}`, { is_active: false });
  expect([200, 401]).toContain((await running).status);
  const count = () =>
    queryDatabase(server().databasePath, 'select 1 from user_sessions where user_id = ?', person.user.id).length;
  const after = count();
  refused(await importArchive(person, archive), 401, 'unauthenticated');
  expect(count()).toBe(after);
  await checkInvariants(server().databasePath);
});
