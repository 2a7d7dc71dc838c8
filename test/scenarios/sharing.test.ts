import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { groupList } from '../../src/contract/access.ts';
import { session as sessionShape, sessionList, snapshot } from '../../src/contract/sessions.ts';
import { shareCandidates } from '../../src/contract/sharing.ts';
import { Client, type Reply, answered, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { openSession, type Person } from '../given.ts';
import { newGroup } from '../groups.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';
import { peopleOf, sharePath, shareWith } from '../sharing.ts';
import { ask, logOf, send, stateOf, untilEnded } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer({ withModel: true, env: { PERDURE_LOG_LEVEL: 'warn' } });

/** A session with an answer, and two people who could be let into it. */
async function givenAnswered(role: 'member' | 'administrator' = 'member') {
  const [owner, guest] = [await server().person(), await server().person(role)];
  const { session_id } = await openSession(owner, { title: `Plans ${randomUUID()}` });
  const { turn } = await ask(owner, session_id, 'What is planned?');
  return { owner, guest, sessionId: session_id, turnId: turn.turn_id };
}
type Given = Awaited<ReturnType<typeof givenAnswered>>;

const listOf = async (person: Person, query = '') =>
  answered(await person.client.get(`/api/sessions${query}`), 200, sessionList).sessions;

type Door = (given: Given) => Promise<Reply>;
const at = ({ sessionId }: Given, rest = '') => `/api/sessions/${sessionId}${rest}`;
const message = () => ({ client_turn_id: randomUUID(), text: 'And then?' });

/** Every way into a session, with what a stranger, a reader, a writer and the owner are answered. */
const doors: Record<string, { call: Door; cells: readonly [number, number, number] }> = {
  session: { call: (given) => given.guest.client.get(at(given)), cells: [404, 200, 200] },
  snapshot: { call: (given) => given.guest.client.get(at(given, '/snapshot')), cells: [404, 200, 200] },
  events: { call: (given) => given.guest.client.get(at(given, '/events')), cells: [404, 200, 200] },
  history: { call: (given) => given.guest.client.get(at(given, '/history')), cells: [404, 200, 200] },
  people: { call: (given) => given.guest.client.get(at(given, '/people')), cells: [404, 200, 200] },
  'who read it': { call: (given) => given.guest.client.get(at(given, '/reads')), cells: [404, 200, 200] },
  'own feedback': { call: (given) => given.guest.client.get(at(given, '/feedback')), cells: [404, 200, 200] },
  markdown: { call: (given) => given.guest.client.get(at(given, '/export?format=markdown')), cells: [404, 200, 200] },
  json: { call: (given) => given.guest.client.get(at(given, '/export?format=json')), cells: [404, 200, 200] },
  rating: {
    call: (given) => given.guest.client.put(at(given, `/turns/${given.turnId}/feedback`), { rating: 'up' }),
    cells: [404, 200, 200],
  },
  'a copy of it': {
    call: (given) =>
      given.guest.client.post(at(given, '/fork'), { turn_id: given.turnId, client_fork_id: randomUUID() }),
    cells: [404, 201, 201],
  },
  message: { call: (given) => given.guest.client.post(at(given, '/turns'), message()), cells: [404, 403, 202] },
  chat: { call: (given) => given.guest.client.post(at(given, '/chat'), { message: 'And?' }), cells: [404, 403, 200] },
  stop: {
    call: (given) => given.guest.client.post(at(given, `/turns/${given.turnId}/stop`)),
    cells: [404, 403, 202],
  },
  title: { call: (given) => given.guest.client.patch(at(given), { title: 'Mine' }), cells: [404, 403, 403] },
  candidates: { call: (given) => given.guest.client.get(at(given, '/share-candidates')), cells: [404, 403, 403] },
  share: {
    call: (given) => given.guest.client.put(sharePath(given.sessionId, server().admin), { level: 'write' }),
    cells: [404, 403, 403],
  },
  unshare: {
    call: (given) => given.guest.client.delete(sharePath(given.sessionId, given.owner)),
    cells: [404, 403, 403],
  },
  deletion: { call: (given) => given.guest.client.delete(at(given)), cells: [404, 404, 404] },
  'deletion for good': {
    call: (given) => given.guest.client.delete(`/api/bin/sessions/${given.sessionId}`),
    cells: [404, 404, 404],
  },
  'bringing back': {
    call: (given) => given.guest.client.post(`/api/bin/sessions/${given.sessionId}/restore`),
    cells: [404, 404, 404],
  },
};

async function statuses(given: Given): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [name, { call }] of Object.entries(doors)) found[name] = (await call(given)).status;
  return found;
}
const expected = (column: 0 | 1 | 2) =>
  Object.fromEntries(Object.entries(doors).map(([name, { cells }]) => [name, cells[column]]));

describe('whoever a session is shared with', () => {
  test.each(['member', 'administrator'] as const)(
    'reads it, or reads and writes in it, at every door, and has none once it is shared no more: a %s',
    async (role) => {
      const given = await givenAnswered(role);
      const { owner, guest, sessionId } = given;
      expect(await statuses(given)).toEqual(expected(0));
      await shareWith(owner, sessionId, guest, 'read');
      expect(await statuses(given)).toEqual(expected(1));
      await shareWith(owner, sessionId, guest, 'write');
      expect(await statuses(given)).toEqual(expected(2));
      expect((await owner.client.delete(sharePath(sessionId, guest))).status).toBe(204);
      expect(await statuses(given)).toEqual(expected(0));
      await checkInvariants(server().databasePath);
    },
    60_000,
  );

  test('has it in their list and search with whose it is; the owner sees that it is shared', async () => {
    const { owner, guest, sessionId, turnId } = await givenAnswered();
    const own = answered(await owner.client.get(`/api/sessions/${sessionId}`), 200, sessionShape);
    expect(own.sharing).toBeUndefined();
    await owner.client.patch(`/api/sessions/${sessionId}`, { pinned: true, archived: true, tags: ['Mine'] });
    await shareWith(owner, sessionId, guest, 'read');
    const sharing = { access: 'read', owner_name: owner.user.display_name };
    const q = `?q=${encodeURIComponent(own.title)}`;
    for (const query of ['', q]) {
      expect(await listOf(guest, query)).toMatchObject([
        { session_id: sessionId, username: owner.username, pinned: false, archived: false, sharing },
      ]);
    }
    const [row] = await listOf(guest);
    expect(row).not.toHaveProperty('tags');
    expect(await listOf(guest, '?tag=Mine')).toEqual([]);
    expect((await guest.client.get('/api/session-tags')).text).not.toContain('Mine');
    const copy = await guest.client.post(`/api/sessions/${sessionId}/fork`, {
      turn_id: turnId,
      client_fork_id: randomUUID(),
    });
    expect(answered(copy, 201, sessionShape)).not.toHaveProperty('tags');
    const markdown = (await guest.client.get(`/api/sessions/${sessionId}/export?format=markdown`)).text;
    expect(markdown).toContain(`, by ${guest.username}`);
    const json = (await guest.client.get(`/api/sessions/${sessionId}/export?format=json`)).text;
    expect(json).toContain(owner.username);
    expect(json).not.toContain('sharing');
    expect(await listOf(owner, q)).toMatchObject([{ pinned: true, sharing: { ...sharing, access: 'owner' } }]);
    const taken = answered(await guest.client.get(`/api/sessions/${sessionId}/snapshot`), 200, snapshot);
    expect(taken.session).toMatchObject({ username: owner.username, sharing });
  });

  test('through a group has it for as long as they are in the group', async () => {
    const { owner, guest, sessionId } = await givenAnswered();
    const group = await newGroup(server().admin, [owner, guest]);
    await shareWith(owner, sessionId, { groupId: group.id }, 'write');
    expect((await peopleOf(guest, sessionId)).shares).toMatchObject([
      { kind: 'group', name: group.name, member_count: 2, level: 'write' },
    ]);
    refused(await guest.client.delete(`/api/sessions/${sessionId}/membership`), 409, 'conflict');
    const removed = await server().admin.client.delete(`/api/admin/groups/${group.id}/members/${guest.user.id}`);
    expect(removed.status).toBe(204);
    refused(await guest.client.get(`/api/sessions/${sessionId}`), 404, 'not_found');
  });

  test('leaves it, and its owner does not', async () => {
    const { owner, guest, sessionId } = await givenAnswered();
    await shareWith(owner, sessionId, guest, 'read');
    refused(await owner.client.delete(`/api/sessions/${sessionId}/membership`), 403, 'forbidden');
    expect((await guest.client.delete(`/api/sessions/${sessionId}/membership`)).status).toBe(204);
    refused(await guest.client.delete(`/api/sessions/${sessionId}/membership`), 404, 'not_found');
    expect((await peopleOf(owner, sessionId)).shares).toEqual([]);
  });

  test('writes on their own budget, as themself, and the owner sees who wrote', async () => {
    const { owner, guest, sessionId } = await givenAnswered();
    await shareWith(owner, sessionId, guest, 'write');
    const budget = { turns_per_day: 1, tokens_per_day: null };
    expect((await server().admin.client.put(`/api/admin/budgets/user/${guest.user.id}`, budget)).status).toBe(204);
    const { turn, log } = await ask(guest, sessionId, 'What else?');
    expect(log.find((event) => event.turn_id === turn.turn_id)).toMatchObject({ author_user_id: guest.user.id });
    refused(await guest.client.post(`/api/sessions/${sessionId}/turns`, message()), 429, 'budget_exhausted');
    expect((await owner.client.post(`/api/sessions/${sessionId}/turns`, message())).status).toBe(202);
    const { authors } = await peopleOf(owner, sessionId);
    expect(authors.map(({ user_id }) => user_id).toSorted()).toEqual([owner.user.id, guest.user.id].toSorted());
  });

  test('reads it when an administrator closed it, and sends nothing in it', async () => {
    const { owner, guest, sessionId } = await givenAnswered();
    await shareWith(owner, sessionId, guest, 'write');
    await server().admin.client.post(`/api/admin/sessions/${sessionId}/invalidate`);
    expect((await guest.client.get(`/api/sessions/${sessionId}/snapshot`)).status).toBe(200);
    refused(await guest.client.post(`/api/sessions/${sessionId}/turns`, message()), 409, 'session_inactive');
    expect((await owner.client.delete(sharePath(sessionId, guest))).status).toBe(204);
    refused(await guest.client.get(`/api/sessions/${sessionId}`), 404, 'not_found');
  });

  test('is cancelled in it when they may write no more', async () => {
    const { owner, guest, sessionId } = await givenAnswered();
    await shareWith(owner, sessionId, guest, 'write');
    server().model.next({ text: 'an answer that never ends', stallAfter: 1 });
    const turn = await send(guest, sessionId, 'Is it so?');
    await shareWith(owner, sessionId, guest, 'read');
    const log = await untilEnded(owner, sessionId, turn.turn_id);
    expect(stateOf(log, turn.turn_id)).toMatchObject({ state: 'cancelled', code: 'not_shared' });
    server().model.finish();
  });
});

describe('what a shared session cites', () => {
  test('is quoted to all who have it, opened by whoever may read the corpus, and neither searched nor shown to the model for others', async () => {
    const [owner, guest] = [await server().person('curator'), await server().person()];
    const corpus = await newCorpus(owner, `Comets ${randomUUID()}`);
    const everyone = answered(await server().admin.client.get('/api/admin/groups?q=everyone'), 200, groupList).groups;
    const grant = `/api/admin/groups/${everyone[0]?.id}/grants/corpus/${corpus.id}`;
    expect((await server().admin.client.delete(grant)).status).toBe(204);
    const secret = `code ${randomUUID()}`;
    const documentId = await upload(
      owner,
      corpus.id,
      'comet.md',
      `# Comet\n\nThe comet Zyra returns; its ${secret}.\n`,
    );
    await untilRead(owner, documentId);
    const { session_id: sessionId } = await openSession(owner, { corpora: [corpus.id] });
    server().model.next({ text: '', toolCalls: [searchCall] }, { text: 'It returns [1].' });
    await ask(owner, sessionId, 'What of the comet Zyra?');
    await shareWith(owner, sessionId, guest, 'write');
    const cited = (await logOf(guest, sessionId)).flatMap((event) =>
      event.type === 'agent_message' ? event.citations : [],
    );
    expect(cited).toMatchObject([{ document_id: documentId, quote: expect.stringContaining('Zyra') }]);
    for (const what of ['', '/text?version=1', '/original', '/passages']) {
      refused(await guest.client.get(`/api/documents/${documentId}${what}`), 404, 'not_found');
    }
    const before = server().model.requests.length;
    server().model.next({ text: '', toolCalls: [searchCall] }, { text: 'I do not know.' });
    const { log, turn } = await ask(guest, sessionId, 'And its code?');
    const result = log.find((event) => event.type === 'tool_result' && event.turn_id === turn.turn_id);
    expect(result).toMatchObject({ output: { passages: [], searched: [] } });
    const seen = JSON.stringify(server().model.requests.slice(before));
    expect(seen).not.toContain(secret);
    // What the owner picked is not what the guest's next session begins with.
    const { default_corpora } = queryDatabase(
      server().databasePath,
      'select default_corpora from users where id = ?',
      guest.user.id,
    )[0] as { default_corpora: string };
    expect(default_corpora).toBe('[]');
  });
});

const searchCall = {
  id: 'call-1',
  name: 'search_corpora',
  arguments: JSON.stringify({ query: 'the comet Zyra returns, its code' }),
};

describe('pages of a shared session', () => {
  test('are alike while it is shared, and end at once on every instance when it is not', async () => {
    const { owner, guest, sessionId } = await givenAnswered();
    const another = await server().startAnother();
    const there = new Client(another.url, guest.client.token);
    await shareWith(owner, sessionId, guest, 'read');
    const last = (await logOf(owner, sessionId)).at(-1)?.seq ?? 0;
    const accept = { headers: { accept: 'text/event-stream' } };
    const streams = [
      await guest.client.stream(`/api/sessions/${sessionId}/events?after=${last}`, accept),
      await there.stream(`/api/sessions/${sessionId}/events?after=${last}`, accept),
    ];
    const feeds = [
      await guest.client.stream(`/api/feed?sessions=${sessionId}@${last}`),
      await there.stream(`/api/feed?sessions=${sessionId}@${last}`),
    ];
    await ask(owner, sessionId, 'Seen by all?');
    for (const reader of [...streams, ...feeds]) {
      await reader.until('the answer', ({ raw }) => raw.includes('"agent_message"'));
    }
    const before = Date.now();
    expect((await owner.client.delete(sharePath(sessionId, guest))).status).toBe(204);
    for (const stream of streams) await stream.ended;
    for (const feed of feeds) {
      await feed.until('gone', ({ frames }) => frames.some(({ event }) => event === 'gone'));
      await feed.until('shared', ({ frames }) => frames.some(({ event }) => event === 'shared'));
      expect(feed.isOver).toBe(false);
    }
    expect(Date.now() - before).toBeLessThan(2_000);
    const unnamed = () => feeds.map(({ frames }) => frames.filter(({ event }) => event === undefined).length);
    const counts = unnamed();
    await ask(owner, sessionId, 'Seen by me alone?');
    expect(unnamed()).toEqual(counts);
    for (const feed of feeds) await feed.close();
  }, 60_000);

  test('tell who has it open, and its owner alone when each last read it', async () => {
    const { owner, guest, sessionId } = await givenAnswered();
    await shareWith(owner, sessionId, guest, 'read');
    const feed = await guest.client.stream(`/api/feed?sessions=${sessionId}@0`);
    const person = async (asked: Person) =>
      (await peopleOf(asked, sessionId)).people.find(({ user_id }) => user_id === guest.user.id);
    const here = await waitFor('the guest is here', async () => {
      const found = await person(owner);
      return found?.is_here && found;
    });
    expect(here).toMatchObject({ access: 'read', name: guest.user.display_name });
    expect(Date.now() - Date.parse(here.last_read_at ?? '')).toBeLessThan(60_000);
    expect(await person(guest)).not.toHaveProperty('last_read_at');
    await feed.close();
    const left = await waitFor('the guest is gone', async () => {
      const found = await person(owner);
      return found && !found.is_here && found;
    });
    expect(left.last_read_at).toBeTypeOf('string');
  });
});

test('an owner finds people by a part of their names, and the groups they are in', async () => {
  const { owner, guest, sessionId } = await givenAnswered();
  const group = await newGroup(server().admin, [owner], `Readers ${randomUUID()}`);
  const foreign = await newGroup(server().admin, [guest], `Readers ${randomUUID()}`);
  const find = async (q: string) => {
    const path = `/api/sessions/${sessionId}/share-candidates?q=${encodeURIComponent(q)}`;
    return answered(await owner.client.get(path), 200, shareCandidates).candidates;
  };
  expect(await find(guest.username)).toEqual([
    { kind: 'user', id: guest.user.id, name: guest.user.display_name, username: guest.username },
  ]);
  expect((await find('Readers')).map(({ id }) => id)).toEqual([group.id]);
  refused(await owner.client.put(sharePath(sessionId, { groupId: foreign.id }), { level: 'read' }), 400, 'bad_request');
  refused(await owner.client.put(sharePath(sessionId, owner), { level: 'read' }), 400, 'bad_request');
});

test('sharing is on record, by ids', async () => {
  const { owner, guest, sessionId } = await givenAnswered();
  await shareWith(owner, sessionId, guest, 'read');
  await owner.client.delete(sharePath(sessionId, guest));
  const rows = queryDatabase(
    server().databasePath,
    'select action, facts, personal from audit_log where object_id = ? order by position',
    sessionId,
  );
  expect(rows.map(({ action, personal }) => [action, personal])).toEqual([
    ['session.shared', null],
    ['session.unshared', null],
  ]);
  const facts = { object_kind: 'user', object_id: guest.user.id };
  expect(rows.map((row) => JSON.parse(String(row['facts'])))).toEqual([
    { ...facts, level: 'read' },
    { ...facts, was: 'read' },
  ]);
});
