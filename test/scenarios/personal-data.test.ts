import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { adminUser } from '../../src/contract/auth.ts';
import { replaceAnswer } from '../../src/contract/document-versions.ts';
import { documentAccesses, documentText } from '../../src/contract/documents.ts';
import { evaluationRuns } from '../../src/contract/evaluation.ts';
import { newInvitation } from '../../src/contract/links.ts';
import { importAnswer, ownErasureScope } from '../../src/contract/personal-data.ts';
import { session as sessionShape } from '../../src/contract/sessions.ts';
import { answered, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { keepQuestion, measured } from '../evaluation.ts';
import { importArchive } from '../exports.ts';
import { type GivenServer, openSession, type Person, signIn } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { tokenIn } from '../links.ts';
import { sharedServer } from '../shared-server.ts';
import { sharePath, shareWith } from '../sharing.ts';
import { ask, logOf, send } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'debug' } });
const password = 'nobody knows this one 1';

/** Somebody whose password is known, as an administrator makes them. */
async function given(
  role: 'member' | 'curator' | 'administrator',
  display_name: string,
  email?: string,
): Promise<Person> {
  const username = `${role}-${randomUUID()}`;
  const body = { username, password, role, display_name, email };
  answered(await server().admin.client.post('/api/admin/users', body), 201, adminUser);
  return signIn(server().url, username, password);
}

const newSession = async (person: Person, title: string) =>
  answered(await person.client.post('/api/sessions', { title }), 201, sessionShape).session_id;

async function exported(person: Person): Promise<Map<string, Uint8Array>> {
  const reply = await person.client.get('/api/account/export');
  expect(reply.status).toBe(200);
  expect(reply.headers['content-disposition']).toMatch(/^attachment; filename="perdure-\d{4}-\d\d-\d\d\.zip"$/);
  return new Map(Object.entries(unzipSync(new Uint8Array(reply.bytes))));
}

const untilErased = (given: GivenServer, userId: string) =>
  waitFor('the end of erasing', () => {
    const [row] = queryDatabase(given.databasePath, 'select erased_at from users where id = ?', userId);
    return row?.erased_at ?? false;
  });

/** Every file under a folder in which one of the words stands, as it lies on the disk. */
function filesWith(folder: string, words: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const bytes = readFileSync(path);
      return words.some((word) => bytes.includes(word));
    });
}

/** Gives a document another original, and waits for that version. */
async function replace(person: Person, documentId: string, body: string): Promise<void> {
  const path = `/api/documents/${documentId}/original?filename=other.txt`;
  const { version } = answered(await person.client.call('PUT', path, { body }), 202, replaceAnswer);
  await waitFor('the next version', async () => (await untilRead(person, documentId)).version === version);
}

async function exportedTexts(person: Person): Promise<string[]> {
  const files = [...(await exported(person))].filter(([name]) => /^documents\/.*\.txt$/.test(name));
  return files.map(([, bytes]) => strFromU8(bytes));
}

describe('an export', () => {
  test('holds every session as the API gives it, the files a person uploaded, and what is known of them', async () => {
    const curator = await given('curator', 'Carla', 'carla@team.example');
    const corpus = await newCorpus(curator, `Files ${randomUUID()}`);
    const text = 'Okapis eat leaves.\n'.repeat(50);
    const documentId = await upload(curator, corpus.id, 'okapi “notes”/2.txt', text);
    await untilRead(curator, documentId);
    const [kept, binned] = [await newSession(curator, 'Kept'), await newSession(curator, 'In the bin')];
    await ask(curator, kept, 'What do okapis eat?');
    await ask(curator, kept, 'And “why”? é😀');
    const { turn } = await ask(curator, kept, 'Is that all?');
    await curator.client.put(`/api/sessions/${kept}/turns/${turn.turn_id}/feedback`, {
      rating: 'up',
      reason: 'Exact.',
    });
    await curator.client.delete(`/api/sessions/${binned}`);
    answered(await curator.client.get(`/api/documents/${documentId}/text`), 200, documentText);
    const questionId = await keepQuestion(curator, corpus.id, 'What do okapis eat?', documentId);
    await curator.client.patch(`/api/documents/${documentId}`, { tags: ['Food'] });
    const files = await exported(curator);
    const json = (name: string) =>
      JSON.parse(strFromU8(files.get(name) ?? new Uint8Array())) as Record<string, unknown>;

    expect(json('account.json')).toMatchObject({
      format: 'perdure-account-1',
      user: { display_name: 'Carla', email: 'carla@team.example' },
      active_days: [expect.stringMatching(/^\d{4}-\d\d-\d\d$/)],
    });
    const session = answered(await curator.client.get(`/api/sessions/${kept}`), 200, sessionShape);
    expect(json(`sessions/${kept}.json`)).toEqual({
      session: { ...session, deleted_at: null },
      events: await logOf(curator, kept),
    });
    expect(json(`sessions/${binned}.json`)).toMatchObject({ session: { title: 'In the bin' } });
    expect(json(`documents/${documentId}.json`)).toMatchObject({ corpus_name: corpus.name, tags: ['Food'] });
    const name = `documents/${String(json(`documents/${documentId}.json`).original)}`;
    expect(name).toMatch(/^documents\/[-0-9a-f]{36}\/[^/]+\.txt$/);
    expect(strFromU8(files.get(name) ?? new Uint8Array())).toBe(text);
    expect(strFromU8(files.get('audit.jsonl') ?? new Uint8Array())).toContain('"account.exported"');
    const opened = strFromU8(files.get('opened-documents.jsonl') ?? new Uint8Array());
    expect(JSON.parse(opened)).toMatchObject({ what: 'text', by_api_key: false, document_id: documentId });
    const keptQuestions = strFromU8(files.get('evaluation-questions.jsonl') ?? new Uint8Array());
    expect(JSON.parse(keptQuestions)).toMatchObject({ id: questionId, corpus_id: corpus.id });
    const feedback = strFromU8(files.get('feedback.jsonl') ?? new Uint8Array());
    expect(JSON.parse(feedback)).toMatchObject({
      session_id: kept,
      turn_id: turn.turn_id,
      rating: 'up',
      reason: 'Exact.',
    });
    expect(strFromU8(files.get('README.txt') ?? new Uint8Array())).toContain('audit.jsonl');
    const all = [...files.values()].map((bytes) => strFromU8(bytes)).join('\n');
    expect(all).not.toMatch(/scrypt|password_hash|token_hash/);
  });

  test('holds the originals one uploaded for any version that is kept, and none that somebody else gave the same document', async () => {
    const [one, other] = [await given('curator', 'One'), await server().person('administrator')];
    const corpus = await newCorpus(one, `Files ${randomUUID()}`);
    const documentId = await upload(one, corpus.id, 'first.txt', 'Okapis eat leaves.');
    await untilRead(one, documentId);
    await replace(other, documentId, 'Tapirs eat fruit.');
    expect(await exportedTexts(one)).toEqual(['Okapis eat leaves.']);
    expect(await exportedTexts(other)).toEqual(['Tapirs eat fruit.']);
  });

  test('holds nothing of another person, and no document that one may not read any more', async () => {
    const [one, other] = [await given('curator', 'One'), await given('curator', 'Other')];
    const mark = `canary-${randomUUID()}`;
    await ask(other, await newSession(other, mark), mark);
    const files = await exported(one);
    for (const [name, bytes] of files) expect(strFromU8(bytes), name).not.toContain(mark);
    expect([...files.keys()].filter((name) => name.startsWith('sessions/'))).toEqual([]);
  });
});

test('an export says what is shared, and holds of shared sessions what one wrote oneself', async () => {
  const [owner, guest] = [await given('member', 'Owner'), await given('member', 'Guest')];
  const [sessionId, left] = [await newSession(owner, 'Shared'), await newSession(owner, 'Left')];
  for (const id of [sessionId, left]) {
    await shareWith(owner, id, guest, 'write');
    await ask(owner, id, 'What does the owner want?');
    await ask(guest, id, 'What does the guest want?');
  }
  await owner.client.delete(sharePath(left, guest));
  const lines = async (person: Person, name: string) =>
    strFromU8((await exported(person)).get(name) ?? new Uint8Array())
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));
  expect(await lines(guest, 'sharing.jsonl')).toMatchObject([
    { shared: 'with you', session_id: sessionId, title: 'Shared', level: 'write' },
  ]);
  expect(await lines(owner, 'sharing.jsonl')).toMatchObject([
    { shared: 'by you', session_id: sessionId, subject_kind: 'user', subject_id: guest.user.id },
  ]);
  const written = await lines(guest, 'messages-elsewhere.jsonl');
  expect(written.map(({ session_id, text }) => `${String(session_id)} ${String(text)}`)).toEqual(
    [sessionId, left].toSorted().map((id) => `${id} What does the guest want?`),
  );
  expect(await lines(owner, 'messages-elsewhere.jsonl')).toEqual([]);
  const all = [...(await exported(guest)).values()].map((bytes) => strFromU8(bytes)).join('');
  expect(all).not.toContain('What does the owner want?');
});

/** What cannot be the same of a session that was brought back; every id in it is another. */
function withoutNames(bytes: Uint8Array, ids: Map<string, string>): unknown {
  const text = strFromU8(bytes).replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => {
    ids.set(id, ids.get(id) ?? `id ${ids.size}`);
    return ids.get(id) ?? '';
  });
  const { session, events } = JSON.parse(text) as { session: Record<string, unknown>; events: unknown[] };
  const { username: _name, imported_at: _imported, ...rest } = session;
  return { session: rest, events };
}

/** The sessions of an export without what cannot be the same, in an order that does not hang on ids. */
const sessionsIn = (files: Map<string, Uint8Array>) =>
  [...files]
    .filter(([name]) => name.startsWith('sessions/'))
    .map(([, bytes]) => withoutNames(bytes, new Map()))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

test('what was exported, erased and imported again is exported equal, but for ids, the name, and that it was brought back', async () => {
  const owner = await given('curator', 'Owner');
  const corpus = await newCorpus(owner, `Kept ${randomUUID()}`);
  await untilRead(
    owner,
    await upload(owner, corpus.id, 'okapi.txt', 'Okapis eat leaves, buds and grasses.\n'.repeat(40)),
  );
  const before = await given('member', 'Before');
  const [first, second, binned] = [
    await newSession(before, 'One'),
    answered(await before.client.post('/api/sessions', {}), 201, sessionShape).session_id,
    await newSession(before, 'Thrown away'),
  ];
  await before.client.patch(`/api/sessions/${first}`, { corpora: [corpus.id], pinned: true });
  const { answer } = await ask(before, first, 'What do okapis eat?');
  expect(answer?.citations.length, 'there is something cited').toBeGreaterThan(0);
  await ask(before, first, `And “why”? é😀 ${'long '.repeat(10_000)}`);
  await ask(before, second, 'Untitled until now');
  await newSession(before, 'Empty');
  await ask(before, binned, 'Was this of use?');
  await before.client.delete(`/api/sessions/${binned}`);
  const archive = (await before.client.get('/api/account/export')).bytes;
  expect((await before.client.post('/api/account/erase', { password })).status).toBe(202);
  await untilErased(server(), before.user.id);

  const after = await given('member', 'After');
  const reply = answered(await importArchive(after, archive), 200, importAnswer);
  expect(reply).toMatchObject({ brought_back: 3, in_bin: 1, already_here: 0, refused: [] });
  const was = new Map(Object.entries(unzipSync(new Uint8Array(archive))));
  expect(sessionsIn(was)).toHaveLength(4);
  expect(sessionsIn(await exported(after))).toEqual(sessionsIn(was));
  await checkInvariants(server().databasePath);
});

describe('erasing', () => {
  test('leaves nothing of a person in any file, and their sessions as ids, times and counts', async () => {
    const mark = `canary-${randomUUID()}`;
    const person = await given('curator', `Name ${mark}`, `${mark}@team.example`);
    const { admin } = server();
    const at = `/api/admin/users/${person.user.id}`;
    await admin.client.patch(at, { email: `second-${mark}@team.example` });
    const bystander = await given('curator', 'Bystander');
    const others = await newSession(bystander, 'Mine');
    await ask(bystander, others, 'Is this still here?');
    const corpus = await newCorpus(person, `Corpus ${mark}`);
    await person.client.patch(`/api/corpora/${corpus.id}`, { name: `Renamed ${mark}` });
    const documentId = await upload(person, corpus.id, `${mark}.txt`, `The word of the day is ${mark}. `.repeat(80));
    await untilRead(person, documentId);
    await keepQuestion(person, corpus.id, `What is ${mark}?`, documentId);
    await measured(person, corpus.id);
    // What others did with it is recorded by its title too.
    const dropped = await upload(person, corpus.id, `dropped-${mark}.txt`, `Not this ${mark}.`);
    await untilRead(person, dropped);
    expect((await server().admin.client.delete(`/api/documents/${dropped}`)).status).toBe(204);
    const sessionId = await newSession(person, `Title ${mark}`);
    await ask(person, sessionId, `What is ${mark}?`);
    // Longer than what a row holds: it lies in a blob.
    await ask(person, sessionId, `${mark} `.repeat(1_300) + 'é'.repeat(5_000));
    await person.client.patch(`/api/sessions/${sessionId}`, { title: `Second ${mark}` });
    await person.client.post(
      '/api/auth/login',
      { username: person.username, password },
      { headers: { 'user-agent': mark } },
    );
    const theirs = await newCorpus(bystander, `Theirs ${randomUUID()}`);
    const read = await upload(bystander, theirs.id, 'read.txt', 'Read by many.');
    await untilRead(bystander, read);
    for (const what of ['text', 'original']) {
      expect((await person.client.get(`/api/documents/${read}/${what}`)).status).toBe(200);
    }
    const openedBy = async () => {
      const reply = await bystander.client.get(`/api/documents/${read}/accesses`);
      return answered(reply, 200, documentAccesses).accesses.map(({ username }) => username);
    };
    expect(await openedBy()).toEqual([person.username, person.username]);
    const scope = answered(await person.client.get('/api/account/erasure'), 200, ownErasureScope);
    expect(scope).toEqual({ sessions: 1, corpora: 1, documents: 1, proof: 'password' });
    const words = [mark, person.username];
    expect(filesWith(server().dataDir, words).length, 'the scan finds what is there').toBeGreaterThanOrEqual(2);

    const stream = await person.client.stream(`/api/sessions/${sessionId}/events`);
    const reply = await person.client.post('/api/account/erase', { password, corpora: 'erase' });
    expect(reply.status).toBe(202);
    refused(await person.client.get('/api/auth/me'), 401, 'unauthenticated');
    expect(await openedBy(), 'from the first commit on').toEqual([]);
    refused(
      await server().anonymous.post('/api/auth/login', { username: person.username, password }),
      401,
      'wrong_credentials',
    );
    await untilErased(server(), person.user.id);
    await stream.ended;

    expect(filesWith(server().dataDir, words)).toEqual([]);
    expect(server().process.log).not.toContain(mark);
    const openings = 'select count(*) as count from document_access_log where user_id = ?';
    expect(queryDatabase(server().databasePath, openings, person.user.id)).toEqual([{ count: 0 }]);
    const [row] = queryDatabase(server().databasePath, 'select * from user_sessions where session_id = ?', sessionId);
    expect(row).toMatchObject({ title: '', message_count: 4, user_query_count: 2 });
    expect((await logOf(bystander, others)).length).toBeGreaterThan(2);
    const actions = queryDatabase(
      server().databasePath,
      `select action from audit_log where object_id = ? order by position`,
      person.user.id,
    ).map((record) => record.action);
    expect(actions.slice(-2)).toEqual(['user.erasure_began', 'user.erased']);
    await checkInvariants(server().databasePath);
  });

  test('takes along what somebody wrote in sessions of others, and was answered there; a shared session of their own goes from all who had it', async () => {
    const mark = `canary-${randomUUID()}`;
    const [person, other] = [await given('member', `Name ${mark}`), await given('member', 'Other')];
    const theirs = (await openSession(other)).session_id;
    const own = await newSession(person, `Own ${mark}`);
    await shareWith(other, theirs, person, 'write');
    await shareWith(person, own, other, 'write');
    await ask(person, theirs, `What is ${mark}?`);
    await ask(person, theirs, `${mark} `.repeat(1_300) + 'é'.repeat(5_000));
    await ask(other, theirs, 'Is this still here?');
    await ask(other, own, 'And this?');
    expect(filesWith(server().dataDir, [mark]).length).toBeGreaterThan(0);
    expect((await person.client.post('/api/account/erase', { password })).status).toBe(202);
    await untilErased(server(), person.user.id);
    expect(filesWith(server().dataDir, [mark, person.username])).toEqual([]);
    const log = await logOf(other, theirs);
    const questions = log.flatMap((event) => (event.type === 'user_message' ? [event.text] : []));
    expect(questions).toEqual(['Is this still here?']);
    expect(log.filter(({ type }) => type === 'redacted').length).toBeGreaterThanOrEqual(4);
    refused(await other.client.get(`/api/sessions/${own}`), 404, 'not_found');
    const { state } = await ask(other, theirs, 'And does it go on?');
    expect(state).toBe('done');
    await checkInvariants(server().databasePath);
  });

  test('takes the address along that somebody was invited at', async () => {
    const mark = `canary-${randomUUID()}`;
    const { client } = server().admin;
    const body = { role: 'member', username: `invited-${randomUUID()}`, email: `${mark}@team.example` };
    const { id, link } = answered(await client.post('/api/admin/invitations', body), 201, newInvitation);
    const renewed = answered(await client.post(`/api/admin/invitations/${id}/renew`), 200, newInvitation);
    expect(renewed.link).not.toBe(link);
    const token = tokenIn(renewed.link);
    expect((await server().anonymous.post('/api/auth/invitations/accept', { token, password })).status).toBe(201);
    const person = await signIn(server().url, body.username, password);
    expect(filesWith(server().dataDir, [mark]).length).toBeGreaterThanOrEqual(1);
    expect((await client.post(`/api/admin/users/${person.user.id}/erase`, {})).status).toBe(202);
    await untilErased(server(), person.user.id);
    expect(filesWith(server().dataDir, [mark, body.username])).toEqual([]);
    await checkInvariants(server().databasePath);
  });

  test('takes the names of corpora that somebody else deleted, in the bin or for good, and the audit log explains it', async () => {
    const mark = `canary-${randomUUID()}`;
    const person = await given('curator', 'Maker');
    const { client } = server().admin;
    for (const isForGood of [false, true]) {
      const corpus = await newCorpus(person, `${mark} ${isForGood}`);
      const documentId = await upload(person, corpus.id, `${mark}.md`, `# ${mark}\n\n${mark} is read.`);
      await untilRead(person, documentId);
      const tags = [mark.slice(0, 40)];
      expect((await person.client.patch(`/api/documents/${documentId}`, { tags })).status).toBe(200);
      expect((await client.delete(`/api/corpora/${corpus.id}`)).status).toBe(204);
      if (isForGood) expect((await client.delete(`/api/bin/corpora/${corpus.id}`)).status).toBe(204);
    }
    expect((await person.client.post('/api/account/erase', { password, corpora: 'erase' })).status).toBe(202);
    await untilErased(server(), person.user.id);
    expect(filesWith(server().dataDir, [mark])).toEqual([]);
    await checkInvariants(server().databasePath);
  });

  test('takes the originals and texts of older versions along with a corpus', async () => {
    const mark = `canary-${randomUUID()}`;
    const person = await given('curator', 'Maker');
    const corpus = await newCorpus(person, 'Versions');
    const documentId = await upload(person, corpus.id, 'first.txt', `${mark} one.`);
    await untilRead(person, documentId);
    for (const words of [`${mark} two.`, `${mark} three.`]) await replace(person, documentId, words);
    expect(filesWith(join(server().dataDir, 'files'), [mark])).toHaveLength(3);
    expect((await person.client.post('/api/account/erase', { password, corpora: 'erase' })).status).toBe(202);
    await untilErased(server(), person.user.id);
    expect(filesWith(server().dataDir, [mark])).toEqual([]);
    await checkInvariants(server().databasePath);
  });

  test('keeps the team’s corpora when it is not told to take them, without the name of who made them', async () => {
    const [person, reader] = [await given('curator', 'Maker'), await given('member', 'Reader')];
    const corpus = await newCorpus(person, `Kept ${randomUUID()}`);
    const documentId = await upload(person, corpus.id, 'kept.txt', 'Kept for the team.');
    await untilRead(person, documentId);
    await replace(server().admin, documentId, 'Kept, and replaced by somebody else.');
    await keepQuestion(person, corpus.id, 'For whom is it kept?', documentId);
    await measured(person, corpus.id);
    expect((await server().admin.client.post(`/api/admin/users/${person.user.id}/erase`, {})).status).toBe(202);
    await untilErased(server(), person.user.id);
    expect((await reader.client.get(`/api/documents/${documentId}`)).status).toBe(200);
    expect((await reader.client.get(`/api/corpora/${corpus.id}`)).text).not.toContain(person.username);
    const ofTheTeam = await server().admin.client.get(`/api/corpora/${corpus.id}/evaluation/questions`);
    expect(ofTheTeam.text).toContain('For whom is it kept?');
    const ran = await server().admin.client.get(`/api/corpora/${corpus.id}/evaluation/runs`);
    expect(answered(ran, 200, evaluationRuns).runs).toMatchObject([{ run_by: null, questions: 1 }]);
    const uploader = 'select 1 from document_versions where created_by = ?';
    expect(queryDatabase(server().databasePath, uploader, person.user.id)).toEqual([]);
    refused(await server().admin.client.get(`/api/admin/users/${person.user.id}`), 404, 'not_found');
    refused(await server().admin.client.post(`/api/admin/users/${person.user.id}/erase`, {}), 404, 'not_found');
    await checkInvariants(server().databasePath);
  });

  test('asks for the password, and slows down whoever guesses it', async () => {
    const person = await given('member', 'Careful');
    const erase = (tried: unknown) => person.client.post('/api/account/erase', { password: tried });
    refused(await person.client.post('/api/account/erase', {}), 403, 'wrong_password');
    for (const tried of ['', null, 7, { $ne: '' }, ['x']]) expect((await erase(tried)).status).toBe(400);
    for (let n = 0; n < 4; n++) refused(await erase('not this one'), 403, 'wrong_password');
    const slowed = await waitFor('being slowed down', async () => {
      const reply = await erase('not this one');
      return reply.status === 429 && reply;
    });
    expect(Number(slowed.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect((await person.client.get('/api/auth/me')).status).toBe(200);
  });

  test('is refused for the last active administrator', async () => {
    const { client, user } = server().admin;
    const others = queryDatabase(
      server().databasePath,
      `select id from users where role = 'administrator' and is_active = 1`,
    );
    for (const { id } of others) if (id !== user.id) await client.delete(`/api/admin/users/${id}`);
    refused(await client.post(`/api/admin/users/${user.id}/erase`, {}), 409, 'last_administrator');
    refused(await client.post('/api/account/erase', { password: server().adminPassword }), 409, 'last_administrator');
  });

  test('goes on after kill -9, as often as that happens', async () => {
    const mark = `canary-${randomUUID()}`;
    const person = await given('member', mark);
    const sessions = await Promise.all(Array.from({ length: 12 }, () => newSession(person, mark)));
    await Promise.all(sessions.map((sessionId) => send(person, sessionId, mark)));
    expect((await person.client.post('/api/account/erase', { password })).status).toBe(202);
    for (let n = 0; n < 3; n++) await server().killAndStartAgain();
    await untilErased(server(), person.user.id);
    expect(filesWith(server().dataDir, [mark, person.username])).toEqual([]);
    await checkInvariants(server().databasePath);
  });
});

describe('with a model', () => {
  const withModel = sharedServer({ withModel: true, env: { PERDURE_LOG_LEVEL: 'warn' } });

  test('a running answer of somebody who is erased stops with that commit, and leaves nothing', async () => {
    const one = withModel();
    const person = await one.person();
    const { session_id: sessionId } = await openSession(person);
    one.model.next({ text: 'the beginning is shown and the end never comes', stallAfter: 4 });
    await send(person, sessionId, 'Say something.');
    const stateOfTurn = () =>
      queryDatabase(one.databasePath, 'select state, code from turns where session_id = ?', sessionId)[0];
    await waitFor('the answer', () => stateOfTurn()?.state === 'running');
    expect((await one.admin.client.post(`/api/admin/users/${person.user.id}/erase`, {})).status).toBe(202);
    expect([undefined, 'cancelled']).toContain(stateOfTurn()?.state);
    await untilErased(one, person.user.id);
    expect(stateOfTurn()).toBeUndefined();
    await checkInvariants(one.databasePath);
  });
});
