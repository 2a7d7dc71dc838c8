import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { groupList } from '../../src/contract/access.ts';
import { corpusList, type FoundPassage, searchAnswer } from '../../src/contract/documents.ts';
import { agentList, snapshot } from '../../src/contract/sessions.ts';
import { answered, type Client, type Reply, refused } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { openSession, type Person } from '../given.ts';
import { newGroup } from '../groups.ts';
import { sharedServer } from '../shared-server.ts';
import { ask, logOf, send, stateOf, untilEnded } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer({ withModel: true, env: { PERDURE_LOG_LEVEL: 'warn' } });
let admin: Client;
let everyoneId: string;
beforeAll(async () => {
  admin = server().admin.client;
  const [found] = answered(await admin.get('/api/admin/groups?q=everyone'), 200, groupList).groups;
  everyoneId = found?.id ?? '';
  await done(admin.delete(`/api/admin/groups/${everyoneId}/grants/agent/librarian`));
});

async function done(reply: Promise<Reply>): Promise<void> {
  expect((await reply).status).toBe(204);
}

const grantPath = (groupId: string, object: string) => `/api/admin/groups/${groupId}/grants/${object}`;

/** Somebody who may use the agent through a group of their own. */
async function givenPerson(role: 'member' | 'curator' = 'member'): Promise<{ person: Person; agentGroupId: string }> {
  const person = await server().person(role);
  const { id } = await newGroup(server().admin, [person]);
  await done(admin.put(grantPath(id, 'agent/librarian'), { level: 'use' }));
  return { person, agentGroupId: id };
}

/** A read document that a curator reaches, and curates, through one group alone. */
async function givenReach() {
  const owner = await server().person('curator');
  const { person } = await givenPerson('curator');
  const corpus = await newCorpus(owner, `Comets ${randomUUID()}`);
  await done(admin.delete(grantPath(everyoneId, `corpus/${corpus.id}`)));
  const group = await newGroup(server().admin, [person]);
  await done(admin.put(grantPath(group.id, `corpus/${corpus.id}`), { level: 'curate' }));
  const secret = `code ${randomUUID()}`;
  const text = `# Comet\n\nThe comet Zyra returns every 88 years; its ${secret}.\n`;
  const documentId = await upload(owner, corpus.id, 'comet.md', text);
  expect(await untilRead(owner, documentId)).toMatchObject({ state: 'ready' });
  return { person, owner, corpus, group, documentId, secret };
}
type Reach = Awaited<ReturnType<typeof givenReach>>;

/** Everything an administrator may do that ends the reach. */
const revocations: Record<string, (reach: Reach) => Promise<void>> = {
  'its grant taken away': ({ group, corpus }) => done(admin.delete(grantPath(group.id, `corpus/${corpus.id}`))),
  'the membership ended': ({ group, person }) =>
    done(admin.delete(`/api/admin/groups/${group.id}/members/${person.user.id}`)),
  'the group deleted': ({ group }) => done(admin.delete(`/api/admin/groups/${group.id}`)),
};

type Door = { call(reach: Reach): Promise<Reply>; open: number; closed: number };

/** Every address through which something of a corpus comes out or goes in, and what it answers before and after. */
const doors: Record<string, Door> = {
  'the corpus': {
    call: ({ person, corpus }) => person.client.get(`/api/corpora/${corpus.id}`),
    open: 200,
    closed: 404,
  },
  'its documents': {
    call: ({ person, corpus }) => person.client.get(`/api/corpora/${corpus.id}/documents`),
    open: 200,
    closed: 404,
  },
  'a document': {
    call: ({ person, documentId }) => person.client.get(`/api/documents/${documentId}`),
    open: 200,
    closed: 404,
  },
  'the text that a citation opens': {
    call: ({ person, documentId }) => person.client.get(`/api/documents/${documentId}/text?version=1`),
    open: 200,
    closed: 404,
  },
  'where its passages stand': {
    call: ({ person, documentId }) => person.client.get(`/api/documents/${documentId}/passages`),
    open: 200,
    closed: 404,
  },
  'the original': {
    call: ({ person, documentId }) => person.client.get(`/api/documents/${documentId}/original`),
    open: 200,
    closed: 404,
  },
  'who opened it': {
    call: ({ person, documentId }) => person.client.get(`/api/documents/${documentId}/accesses`),
    open: 200,
    closed: 404,
  },
  'who opened its documents': {
    call: ({ person, corpus }) => person.client.get(`/api/corpora/${corpus.id}/accesses`),
    open: 200,
    closed: 404,
  },
  'a search that names it': {
    call: ({ person, corpus }) => person.client.post('/api/search', { query: 'comet', corpora: [corpus.name] }),
    open: 200,
    closed: 404,
  },
  'a session that names it': {
    call: ({ person, corpus }) => person.client.post('/api/sessions', { corpora: [corpus.id] }),
    open: 201,
    closed: 400,
  },
  'a change of it': {
    call: ({ person, corpus }) => person.client.patch(`/api/corpora/${corpus.id}`, { description: 'Changed' }),
    open: 200,
    closed: 404,
  },
  'an upload into it': {
    call: ({ person, corpus }) =>
      person.client.call('POST', `/api/corpora/${corpus.id}/documents?filename=more.md`, { body: `# ${randomUUID()}` }),
    open: 202,
    closed: 404,
  },
};

/** Passages of the corpus that a search over everything gives. */
async function found({ person, corpus }: Reach): Promise<FoundPassage[]> {
  const reply = await person.client.post('/api/search', { query: 'when does the comet Zyra return' });
  return answered(reply, 200, searchAnswer).passages.filter((passage) => passage.corpus_id === corpus.id);
}

async function statuses(reach: Reach): Promise<Record<string, number>> {
  const entries: [string, number][] = [];
  for (const [name, door] of Object.entries(doors)) entries.push([name, (await door.call(reach)).status]);
  return Object.fromEntries(entries);
}

const expected = (state: 'open' | 'closed') =>
  Object.fromEntries(Object.entries(doors).map(([name, door]) => [name, door[state]]));

describe('a corpus', () => {
  test.each(Object.entries(revocations))('is closed at every door by the very next call: %s', async (_name, revoke) => {
    const reach = await givenReach();
    expect(await statuses(reach)).toEqual(expected('open'));
    expect(await found(reach)).not.toEqual([]);
    await revoke(reach);
    const [searched, seen] = [await found(reach), await statuses(reach)];
    expect(searched).toEqual([]);
    expect(seen).toEqual(expected('closed'));
    const { corpora } = answered(await reach.person.client.get('/api/corpora'), 200, corpusList);
    expect(corpora.map((corpus) => corpus.id)).not.toContain(reach.corpus.id);
    for (const path of [`corpora/${reach.corpus.id}`, `documents/${reach.documentId}`]) {
      refused(await reach.person.client.delete(`/api/${path}`), 404, 'not_found');
    }
    expect((await reach.owner.client.get(`/api/documents/${reach.documentId}`)).status, 'the owner’s stays').toBe(200);
  });

  test.each(Object.entries(revocations))('is not searched any more by a turn that runs: %s', async (_name, revoke) => {
    const reach = await givenReach();
    const { session_id } = await openSession(reach.person);
    const asked = server().model.requests.length;
    server().model.next(slowly(searchCall), { text: 'I do not know.' });
    const turn = await send(reach.person, session_id, 'When does the comet Zyra return?');
    await untilShown(reach.person, session_id);
    await revoke(reach);
    server().model.finish();
    const log = await untilEnded(reach.person, session_id, turn.turn_id);
    expect(stateOf(log, turn.turn_id)?.state).toBe('done');
    const result = log.find((event) => event.type === 'tool_result');
    expect(result).toMatchObject({ is_error: false, output: { passages: [] } });
    expect(JSON.stringify(log)).not.toContain(reach.secret);
    const requests = server().model.requests.slice(asked);
    expect(requests).toHaveLength(2);
    expect(JSON.stringify(requests.map((request) => request.body))).not.toContain(reach.secret);
  });

  test.each(Object.entries(revocations))('is told to be gone to a page that is open: %s', async (_name, revoke) => {
    const reach = await givenReach();
    const feed = await reach.person.client.stream('/api/feed');
    await feed.until('its first frame', ({ ids }) => ids.length > 0);
    const seen = feed.frames.length;
    await revoke(reach);
    await feed.until('word of it', ({ frames }) => frames.slice(seen).some(({ event }) => event === 'corpora'));
    await feed.close();
  });

  test('is not opened any more by a turn that found a passage of it before', async () => {
    const reach = await givenReach();
    const { session_id } = await openSession(reach.person);
    const openCall = { id: 'call-2', name: 'open_passage', arguments: '{"n":1}' };
    server().model.next({ text: '', toolCalls: [searchCall] }, slowly(openCall), { text: 'I do not know.' });
    const turn = await send(reach.person, session_id, 'When does the comet Zyra return?');
    await untilShown(reach.person, session_id);
    await revocations['the membership ended']?.(reach);
    server().model.finish();
    const log = await untilEnded(reach.person, session_id, turn.turn_id);
    const results = log.filter((event) => event.type === 'tool_result');
    expect(results).toHaveLength(2);
    expect(JSON.stringify(results[0])).toContain(reach.secret);
    expect(results[1]).toMatchObject({ output: { error: 'There is no passage 1. Search first.' } });
  });

  test('is neither searched nor told from earlier turns in a session that was about it', async () => {
    const reach = await givenReach();
    const { session_id } = await openSession(reach.person, { corpora: [reach.corpus.id] });
    server().model.next({ text: '', toolCalls: [searchCall] }, { text: 'Every 88 years [1].' });
    const first = await ask(reach.person, session_id, 'When does the comet Zyra return?');
    expect(first.answer?.citations).toMatchObject([{ document_id: reach.documentId }]);
    await revocations['its grant taken away']?.(reach);
    const before = server().model.requests.length;
    server().model.next({ text: '', toolCalls: [searchCall] }, { text: 'I do not know.' });
    const { log, turn, state } = await ask(reach.person, session_id, 'And what is its code?');
    expect(state).toBe('done');
    const result = log.find((event) => event.type === 'tool_result' && event.turn_id === turn.turn_id);
    expect(result).toMatchObject({ output: { passages: [], searched: [] } });
    const requests = server().model.requests.slice(before);
    expect(requests).toHaveLength(2);
    expect(JSON.stringify(requests.map((request) => request.body))).not.toContain(reach.secret);
    const named = { client_turn_id: randomUUID(), text: 'Again', corpora: [reach.corpus.name] };
    const reply = await reach.person.client.post(`/api/sessions/${session_id}/turns`, named);
    expect(refused(reply, 400, 'bad_request').detail).toContain('that you may read');
  });
});

describe('an agent', () => {
  const whatToDo = 'This agent is not available to you. Choose another agent, or ask an administrator for access.';

  test.each<[string, (given: { person: Person; agentGroupId: string }) => Promise<void>]>([
    ['its grant taken away', ({ agentGroupId }) => done(admin.delete(grantPath(agentGroupId, 'agent/librarian')))],
    [
      'the membership ended',
      ({ agentGroupId, person }) => done(admin.delete(`/api/admin/groups/${agentGroupId}/members/${person.user.id}`)),
    ],
    ['the group deleted', ({ agentGroupId }) => done(admin.delete(`/api/admin/groups/${agentGroupId}`))],
  ])('is used no more from the very next call on, and no other takes its place: %s', async (_name, revoke) => {
    const given = await givenPerson();
    const { client } = given.person;
    const { session_id } = await openSession(given.person);
    await ask(given.person, session_id, 'hello');
    const [before, asked] = [await logOf(given.person, session_id), server().model.requests.length];
    await revoke(given);
    const message = { client_turn_id: randomUUID(), text: 'Are you there?' };
    const nameless = refused(await client.post('/api/sessions'), 409, 'agent_unavailable');
    expect(nameless.detail).toBe('No agent is available to you. Ask an administrator for access to one.');
    for (const reply of [
      await client.post('/api/sessions', { agent_id: 'librarian' }),
      await client.patch(`/api/sessions/${session_id}`, { agent_id: 'librarian' }),
      await client.post(`/api/sessions/${session_id}/turns`, message),
      await client.post(`/api/sessions/${session_id}/chat`, { message: 'Are you there?' }),
    ]) {
      expect(refused(reply, 409, 'agent_unavailable').detail).toBe(whatToDo);
    }
    expect(answered(await client.get('/api/agents'), 200, agentList).agents).toEqual([]);
    expect(await logOf(given.person, session_id), 'the session stays readable, and nothing was added').toEqual(before);
    expect(server().model.requests, 'no model was asked').toHaveLength(asked);
    const { id } = await newGroup(server().admin, [given.person]);
    await done(admin.put(grantPath(id, 'agent/librarian'), { level: 'use' }));
    const reply = await client.post(`/api/sessions/${session_id}/turns`, message);
    expect(reply.status, 'the same message, once it is granted again').toBe(202);
  });

  test('ends a turn that streams and is not started for a message that waits when its grant is taken away', async () => {
    const { person, agentGroupId } = await givenPerson();
    const { session_id } = await openSession(person);
    server().model.next({ pieces: Array.from({ length: 10_000 }, () => 'word '), pieceDelayMs: 10 });
    const running = await send(person, session_id, 'Talk');
    await untilShown(person, session_id);
    const waiting = await send(person, session_id, 'And then?');
    const asked = server().model.requests.length;
    await done(admin.delete(grantPath(agentGroupId, 'agent/librarian')));
    const log = await untilEnded(person, session_id, waiting.turn_id);
    for (const turn of [running, waiting]) {
      expect(stateOf(log, turn.turn_id)).toMatchObject({ state: 'failed', code: 'agent_unavailable' });
    }
    const kept = log.find((event) => event.type === 'agent_message' && event.turn_id === running.turn_id);
    expect(kept, 'the text so far stays').toMatchObject({ partial: true, text: expect.stringMatching(/^word word/) });
    expect(server().model.requests).toHaveLength(asked);
    server().model.finish();
  });

  test('is not asked again by a turn that has run a tool when its grant is taken away', async () => {
    const { person, agentGroupId } = await givenPerson();
    const { session_id } = await openSession(person);
    const asked = server().model.requests.length;
    server().model.next(slowly(searchCall), { text: 'What was found.' });
    const turn = await send(person, session_id, 'When does the comet Zyra return?');
    await untilShown(person, session_id);
    await done(admin.delete(grantPath(agentGroupId, 'agent/librarian')));
    server().model.finish();
    const log = await untilEnded(person, session_id, turn.turn_id);
    expect(stateOf(log, turn.turn_id)).toMatchObject({ state: 'failed', code: 'agent_unavailable' });
    expect(server().model.requests).toHaveLength(asked + 1);
    expect(JSON.stringify(log)).not.toContain('What was found.');
  });
});

const searchCall = {
  id: 'call-1',
  name: 'search_corpora',
  arguments: JSON.stringify({ query: 'when does the comet Zyra return' }),
};

/** Says something, and calls the tool once it is told to finish. */
function slowly(toolCall: typeof searchCall) {
  return { pieces: Array.from({ length: 10_000 }, () => 'well '), pieceDelayMs: 10, toolCalls: [toolCall] };
}

async function untilShown(person: Person, sessionId: string): Promise<void> {
  await waitFor('text that is shown', async () => {
    const reply = await person.client.get(`/api/sessions/${sessionId}/snapshot`);
    return (answered(reply, 200, snapshot).running?.text ?? '') !== '';
  });
}
