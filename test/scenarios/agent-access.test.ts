import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { everyoneGroupId } from '../../src/contract/access.ts';
import { type AgentDefaults, agentDefaults } from '../../src/contract/agent-defaults.ts';
import { auditList } from '../../src/contract/audit.ts';
import { conversationImport } from '../../src/contract/conversation-import.ts';
import { agentList, type Session, sessionList, session as sessionShape } from '../../src/contract/sessions.ts';
import { chatgptTalk } from '../../src/personal-data/testing/foreign-chats.ts';
import { answered, Client, refused } from '../client.ts';
import type { Person } from '../given.ts';
import { newGroup } from '../groups.ts';
import { newKey } from '../keys.ts';
import { newRegistrar } from '../registrar.ts';
import { sharedServer } from '../shared-server.ts';
import { shareWith } from '../sharing.ts';
import { ask, logOf, send, untilEnded } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'warn' }, withModel: true });
let registrar = '';
beforeAll(async () => {
  registrar = (await newRegistrar(server().admin)).id;
});
const notYours = 'This agent is not available to you. Choose another agent, or ask an administrator for access.';
const notTheGuests =
  'The agent of this session is not available to you. Its owner can choose another, or an administrator can give you access.';

const admin = () => server().admin.client;
const grantPath = (groupId: string, agentId: string) => `/api/admin/groups/${groupId}/grants/agent/${agentId}`;

async function grant(groupId: string, agentId: string, isGiven = true): Promise<void> {
  const path = grantPath(groupId, agentId);
  expect((await (isGiven ? admin().put(path, { level: 'use' }) : admin().delete(path))).status).toBe(204);
}

/** Runs with the registrar granted to these alone. */
async function registrarFor<T>(members: readonly Person[], run: (groupId: string) => Promise<T>): Promise<T> {
  const { id } = await newGroup(server().admin, members);
  await grant(everyoneGroupId, registrar, false);
  await grant(id, registrar);
  try {
    return await run(id);
  } finally {
    await grant(everyoneGroupId, registrar);
    await setDefaults({ everyone_agent_id: null, groups: [] });
  }
}

async function setDefaults(body: object): Promise<void> {
  const reply = await admin().put('/api/admin/agent-defaults', body);
  expect(reply.status, reply.text).toBe(204);
}

const open = async ({ client }: { client: Client }, body: object = {}): Promise<Session> =>
  answered(await client.post('/api/sessions', body), 201, sessionShape);
const switchTo = (person: { client: Client }, sessionId: string, agentId: string) =>
  person.client.patch(`/api/sessions/${sessionId}`, { agent_id: agentId });
/** The session they brought along. */
async function broughtTo({ client }: Person): Promise<Session> {
  const { sessions } = answered(await client.get('/api/sessions'), 200, sessionList);
  const brought = sessions.find(({ imported_at }) => imported_at !== null);
  if (!brought) throw new Error('no session was brought along');
  return brought;
}
async function bringIn({ client }: Person, body: string): Promise<void> {
  const reply = await client.call('POST', '/api/account/import/conversations', { body });
  expect(answered(reply, 200, conversationImport).brought_in).toBe(1);
}
const agentsOf = async ({ client }: { client: Client }) =>
  answered(await client.get('/api/agents'), 200, agentList).agents.map(({ id, is_default }) =>
    is_default ? `${id}*` : id,
  );

test('an agent is listed, opened and chosen by those it is granted to alone, whichever way they come', async () => {
  const [inside, outside] = [await server().person(), await server().person()];
  await registrarFor([inside], async () => {
    expect(await agentsOf(inside)).toEqual(['librarian*', registrar]);
    expect(await agentsOf(outside)).toEqual(['librarian*']);
    expect((await open(inside, { agent_id: registrar })).agent).toEqual({ id: registrar, name: 'Registrar' });
    expect((await open(inside, { agent_id: registrar, temporary: true })).agent.id).toBe(registrar);
    const { key } = await newKey(outside, ['sessions:write']);
    const { session_id } = await open(outside);
    for (const { client } of [outside, { client: new Client(server().url, key) }]) {
      expect(await agentsOf({ client })).toEqual(['librarian*']);
      for (const reply of [
        await client.post('/api/sessions', { agent_id: registrar }),
        await client.post('/api/sessions', { agent_id: registrar, temporary: true }),
        await switchTo({ client }, session_id, registrar),
        await switchTo({ client }, session_id, 'nobody'),
      ])
        expect(refused(reply, 409, 'agent_unavailable').detail).toBe(notYours);
    }
    expect((await logOf(outside, session_id)).length).toBe(0);
  });
});

test('a session is switched from the next message on; what runs and what waits goes on with the agent it was sent to', async () => {
  const person = await server().person();
  const { model } = server();
  const { session_id } = await open(person);
  model.next(
    { pieces: Array.from({ length: 300 }, () => 'word '), pieceDelayMs: 10 },
    { text: 'Second.' },
    { text: 'Third.' },
  );
  const running = await send(person, session_id, 'Talk');
  const waiting = await send(person, session_id, 'And then?');
  await waitFor('the first request', async () => model.requests.length > 0);
  const first = model.requests.length - 1;
  const switched = answered(await switchTo(person, session_id, registrar), 200, sessionShape);
  expect(switched.agent).toEqual({ id: registrar, name: 'Registrar' });
  answered(await switchTo(person, session_id, registrar), 200, sessionShape);
  const after = await send(person, session_id, 'When was that?');
  const log = await untilEnded(person, session_id, after.turn_id);
  const answers = log.filter((event) => event.type === 'agent_message').map(({ turn_id, text }) => [turn_id, text]);
  expect(answers).toEqual([
    [running.turn_id, 'word '.repeat(300)],
    [waiting.turn_id, 'Second.'],
    [after.turn_id, 'Third.'],
  ]);
  const asked = model.requests.slice(first).map(({ body }) => JSON.stringify(body).includes('You are the registrar'));
  expect(asked).toEqual([false, false, true]);
  expect(JSON.stringify(model.requests.at(-1)?.body), 'it is told what was said before').toContain('And then?');
  const changes = log.filter((event) => event.type === 'session_updated');
  expect(changes, 'once, though it was asked for twice').toMatchObject([
    { agent: { id: registrar, name: 'Registrar' }, agent_before: { id: 'librarian', name: 'Librarian' } },
  ]);
});

test('an agent that is taken away answers no further message: no edit, no try again, no copy, no chat; another one does', async () => {
  const person = await server().person();
  const { model } = server();
  await registrarFor([person], async (groupId) => {
    const { session_id } = await open(person, { agent_id: registrar });
    model.next({ text: 'Of 1970.' });
    const { turn } = await ask(person, session_id, 'How old?');
    await grant(groupId, registrar, false);
    const before = await logOf(person, session_id);
    const { client } = person;
    const forked = answered(
      await client.post(`/api/sessions/${session_id}/fork`, { turn_id: turn.turn_id, client_fork_id: randomUUID() }),
      201,
      sessionShape,
    );
    expect(forked.agent.id, 'a copy says whose answers are in it').toBe(registrar);
    const message = { client_turn_id: randomUUID(), text: 'How old?' };
    for (const id of [session_id, forked.session_id]) {
      for (const reply of [
        await client.post(`/api/sessions/${id}/turns`, message),
        await client.post(`/api/sessions/${id}/chat`, { message: 'How old?' }),
      ])
        expect(refused(reply, 409, 'agent_unavailable').detail).toBe(notYours);
    }
    const again = { ...message, replaces_turn_id: turn.turn_id };
    refused(await client.post(`/api/sessions/${session_id}/turns`, again), 409, 'agent_unavailable');
    expect(await logOf(person, session_id)).toEqual(before);

    answered(await switchTo(person, session_id, 'librarian'), 200, sessionShape);
    model.next({ text: 'I do not know.' });
    expect((await ask(person, session_id, 'How old?')).state).toBe('done');
    expect((await client.delete(`/api/sessions/${forked.session_id}`)).status).toBe(204);
    const restored = answered(await client.post(`/api/bin/sessions/${forked.session_id}/restore`), 200, sessionShape);
    expect(restored.agent.id).toBe(registrar);
    refused(await client.post(`/api/sessions/${forked.session_id}/turns`, message), 409, 'agent_unavailable');
  });
});

test('in a shared session each message is for its author’s right to the agent, and only the owner switches', async () => {
  const [owner, guest] = [await server().person(), await server().person()];
  await registrarFor([owner], async (groupId) => {
    const { session_id } = await open(owner, { agent_id: registrar });
    await shareWith(owner, session_id, guest, 'write');
    const post = ({ client }: Person) =>
      client.post(`/api/sessions/${session_id}/turns`, { client_turn_id: randomUUID(), text: 'How old?' });
    expect(refused(await post(guest), 409, 'agent_unavailable').detail).toBe(notTheGuests);
    expect((await switchTo(guest, session_id, 'librarian')).status).toBe(403);
    const { id } = await newGroup(server().admin, [guest]);
    await grant(id, registrar);
    server().model.next({ text: 'Of 1970.' });
    expect((await ask(guest, session_id, 'How old?')).state).toBe('done');
    await grant(groupId, registrar, false);
    expect(refused(await post(owner), 409, 'agent_unavailable').detail).toBe(notYours);
    server().model.next({ text: 'Of 1971.' });
    expect((await ask(guest, session_id, 'And the other?')).state, 'the guest’s right stands by itself').toBe('done');
  });
});

test('a session begins with the default of the first group in the administrators’ order, as far as the person may use it', async () => {
  const [person, other] = [await server().person(), await server().person()];
  await registrarFor([person], async (groupId) => {
    const { id: second } = await newGroup(server().admin, [person]);
    const begins = async (who: Person) => (await open(who)).agent.id;
    expect([await begins(person), await begins(other)]).toEqual(['librarian', 'librarian']);
    const groups = [
      { group_id: groupId, agent_id: registrar },
      { group_id: second, agent_id: 'librarian' },
    ];
    await setDefaults({ everyone_agent_id: registrar, groups });
    expect(await begins(person)).toBe(registrar);
    expect(await agentsOf(person)).toContain(`${registrar}*`);
    expect(await begins(other), 'everybody’s default is granted to few').toBe('librarian');
    const told: AgentDefaults = answered(await admin().get('/api/admin/agent-defaults'), 200, agentDefaults);
    expect(told.everyone).toMatchObject({ agent_id: registrar, is_active: true, is_granted: false });
    expect(told.groups.map((each) => [each.group_id, each.agent_name, each.is_granted])).toEqual([
      [groupId, 'Registrar', true],
      [second, 'Librarian', true],
    ]);
    await setDefaults({ everyone_agent_id: registrar, groups: groups.toReversed() });
    expect(await begins(person)).toBe('librarian');
    expect((await open(person, { agent_id: registrar })).agent.id, 'whoever is named comes first').toBe(registrar);

    await setDefaults({ everyone_agent_id: null, groups });
    for (const who of [person, other]) await bringIn(who, JSON.stringify([chatgptTalk('old', 'Old talk')]));
    const brought = [await broughtTo(person), await broughtTo(other)];
    expect(brought.map(({ title, agent }) => [title, agent.id])).toEqual([
      ['Old talk', registrar],
      ['Old talk', 'librarian'],
    ]);
  });
  const records = answered(await admin().get('/api/admin/audit?action=agent.defaults_set&limit=3'), 200, auditList);
  expect(records.records[0]).toMatchObject({ facts: { defaults: [] } });
});

test('a session brought back keeps the agent it had, which answers those alone who may use it', async () => {
  const person = await server().person();
  await registrarFor([person], async (groupId) => {
    const { session_id } = await open(person, { agent_id: registrar });
    server().model.next({ text: 'Of 1970.' });
    await ask(person, session_id, 'How old?');
    const file = await person.client.get(`/api/sessions/${session_id}/export?format=json`);
    await grant(groupId, registrar, false);
    const bringer = await server().person();
    await bringIn(bringer, file.text);
    const brought = await broughtTo(bringer);
    expect(brought.agent.id).toBe(registrar);
    const message = { client_turn_id: randomUUID(), text: 'How old?' };
    refused(await bringer.client.post(`/api/sessions/${brought.session_id}/turns`, message), 409, 'agent_unavailable');
    answered(await switchTo(bringer, brought.session_id, 'librarian'), 200, sessionShape);
    expect((await broughtTo(bringer)).agent.name).toBe('Librarian');
  });
});
