import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { everyoneGroupId } from '../../src/contract/access.ts';
import { adminTurns } from '../../src/contract/admin-session.ts';
import {
  adminAgentList,
  agentPreview,
  agentVersionDetail,
  agentVersionList,
  benchAgentId,
  defaultLimits,
  savedAgent,
} from '../../src/contract/agents.ts';
import { agentList, session as sessionShape } from '../../src/contract/sessions.ts';
import { agentDefinition, agentOf, newAgent, newAgentTest, saveAgent } from '../agents.ts';
import { answered, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { newCorpus } from '../documents.ts';
import { openSession, type Person } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { sharePath } from '../sharing.ts';
import { ask, send, untilEnded } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer({ withModel: true, env: { PERDURE_LOG_LEVEL: 'warn' } });
const mine = async ({ client }: Person) => answered(await client.get('/api/agents'), 200, agentList).agents;

const message = () => ({ client_turn_id: randomUUID(), text: 'Still there?' });

async function sessionWith({ client }: Person, agentId: string): Promise<string> {
  return answered(await client.post('/api/sessions', { agent_id: agentId }), 201, sessionShape).session_id;
}

type Asked = {
  model: string;
  messages: { role: string; content: string }[];
  tools?: { function: { name: string } }[];
};

/** What the newest request to the endpoint asked of which model. */
function lastAsked() {
  const { model, messages, tools = [] } = (server().model.requests.at(-1) as unknown as { body: Asked }).body;
  const system = messages.find(({ role }) => role === 'system')?.content ?? '';
  return { model, system, tools: tools.map((tool) => tool.function.name) };
}

async function versionsOfTurns(sessionId: string): Promise<(number | null)[]> {
  const reply = await server().admin.client.get(`/api/admin/sessions/${sessionId}/turns`);
  return answered(reply, 200, adminTurns).turns.map((turn) => turn.agent_version);
}

test('an agent that an administrator makes answers everybody, with its instructions, tools and model', async () => {
  const { admin } = server();
  const person = await server().person();
  const { id, definition } = await newAgent(admin, {
    instructions: 'Answer {like} a pirate.',
    tools: ['list_corpora'],
    model: 'large-model',
  });
  expect(await mine(person)).toContainEqual({
    id,
    name: definition.name,
    description: definition.description,
    model: 'large-model',
    default_corpora: [],
    is_default: false,
  });
  const sessionId = await sessionWith(person, id);
  const { answer } = await ask(person, sessionId, 'Hello?');
  expect(answer?.model).toBe('large-model');
  const { model, system, tools } = lastAsked();
  expect([model, system]).toEqual(['large-model', expect.stringContaining('Answer {like} a pirate.')]);
  expect(tools).toEqual(['list_corpora']);

  const preview = await admin.client.post('/api/admin/agent-preview', { definition });
  const shown = answered(preview, 200, agentPreview);
  expect(shown.system, 'the preview is what is sent').toBe(system);
  expect(shown.tools.map(({ name }) => name)).toEqual(['list_corpora']);
});

test('an answer that is stopped before its first step ends is told by the model that wrote it', async () => {
  const { admin } = server();
  const person = await server().person();
  const { id } = await newAgent(admin, { model: 'large-model' });
  const sessionId = await sessionWith(person, id);
  server().model.next({ pieces: Array.from({ length: 10_000 }, () => 'word '), pieceDelayMs: 10 });
  const { turn_id } = await send(person, sessionId, 'Talk.');
  const begun = 'select 1 from turn_attempts where turn_id = ? and first_text_at is not null';
  await waitFor('the first text', () => queryDatabase(server().databasePath, begun, turn_id).length === 1);
  await person.client.post(`/api/sessions/${sessionId}/turns/${turn_id}/stop`);
  server().model.finish();
  await untilEnded(person, sessionId, turn_id);
  const attempts = queryDatabase(server().databasePath, 'select model from turn_attempts where turn_id = ?', turn_id);
  expect(attempts).toEqual([{ model: 'large-model' }]);
});

test('a turn goes on with the version it was asked of, and the next one takes the newest', async () => {
  const { admin } = server();
  const person = await server().person();
  const { id } = await newAgent(admin, { instructions: 'First.' });
  const sessionId = await sessionWith(person, id);
  const call = { id: 'call', name: 'search_corpora', arguments: '{"query":"x"}' };
  server().model.next({ text: '', toolCalls: [call], firstByteDelayMs: 1_000 }, { text: 'Done.' });
  const asked = server().model.requests.length;
  const { turn_id } = await send(person, sessionId, 'Slow?');
  await waitFor('the model asked', () => server().model.requests.length > asked);
  expect(await saveAgent(admin, id, { instructions: 'Second.' })).toBe(2);
  await untilEnded(person, sessionId, turn_id);
  expect(lastAsked().system).toContain('First.');
  await ask(person, sessionId, 'And now?');
  expect(lastAsked().system).toContain('Second.');
  expect(await versionsOfTurns(sessionId)).toEqual([2, 1]);
});

test('a save over what somebody else saved meanwhile is refused and changes nothing', async () => {
  const { admin } = server();
  const { id, definition } = await newAgent(admin);
  await saveAgent(admin, id, { instructions: 'Theirs.' });
  const body = { base_version: 1, definition: { ...definition, instructions: 'Mine.' } };
  refused(await admin.client.put(`/api/admin/agents/${id}`, body), 409, 'agent_changed');
  refused(await admin.client.post(`/api/admin/agents/${id}/restore`, { base_version: 1, version: 1 }), 409);
  expect((await agentOf(admin, id)).definition.instructions).toBe('Theirs.');

  const list = answered(await admin.client.get(`/api/admin/agents/${id}/versions`), 200, agentVersionList);
  expect(list.versions.map(({ version, made_by }) => [version, made_by?.name])).toEqual([
    [2, admin.username],
    [1, admin.username],
  ]);
  const first = await admin.client.get(`/api/admin/agents/${id}/versions/1`);
  expect(answered(first, 200, agentVersionDetail).definition).toEqual(definition);
  const restored = await admin.client.post(`/api/admin/agents/${id}/restore`, { base_version: 2, version: 1 });
  expect(answered(restored, 200, savedAgent).version).toBe(3);
  expect(await agentOf(admin, id)).toMatchObject({ definition, note: 'Version 1 again' });
});

test('the limits hold: model calls of a turn, and the length of an answer, whose text is kept', async () => {
  const { admin } = server();
  const person = await server().person();
  const { id } = await newAgent(admin, { max_steps: 2, max_answer_chars: 200 });
  const sessionId = await sessionWith(person, id);
  const calls = [1, 2].map((n) => ({
    text: '',
    toolCalls: [{ id: `call ${n}`, name: 'search_corpora', arguments: '{"query":"x"}' }],
  }));
  server().model.next(...calls);
  const looking = await ask(person, sessionId, 'Look.');
  expect(looking.log.at(-1)).toMatchObject({ type: 'turn_state', state: 'failed', code: 'agent_too_many_steps' });
  server().model.next({ pieces: Array.from({ length: 30 }, (_, n) => `word ${n} of it. `) });
  const long = await ask(person, sessionId, 'Talk.');
  expect(long.log.at(-1)).toMatchObject({ type: 'turn_state', state: 'failed', code: 'output_too_long' });
  const kept = long.log.findLast((event) => event.type === 'agent_message');
  const text = kept?.type === 'agent_message' ? kept.text : '';
  expect([text.startsWith('word 0 of it.'), text.length]).toEqual([true, 200]);
});

test('an agent that is switched off or deleted answers nobody; sessions with it stay', async () => {
  const { admin } = server();
  const person = await server().person();
  const { id, definition } = await newAgent(admin);
  const sessionId = await sessionWith(person, id);
  await ask(person, sessionId, 'Hello?');
  const post = () => person.client.post(`/api/sessions/${sessionId}/turns`, message());
  const active = (is_active: boolean) => admin.client.put(`/api/admin/agents/${id}/active`, { is_active });
  expect((await active(false)).status).toBe(204);
  refused(await post(), 409, 'agent_unavailable');
  refused(await person.client.post('/api/sessions', { agent_id: id }), 409, 'agent_unavailable');
  expect((await active(true)).status).toBe(204);
  await ask(person, sessionId, 'Back?');

  expect((await admin.client.delete(`/api/admin/agents/${id}`)).status).toBe(204);
  refused(await post(), 409, 'agent_unavailable');
  expect((await mine(person)).some((agent) => agent.id === id)).toBe(false);
  const seen = answered(await person.client.get(`/api/sessions/${sessionId}`), 200, sessionShape);
  expect(seen.agent).toEqual({ id, name: definition.name });
  for (const path of ['', '/versions', '/versions/1']) {
    refused(await admin.client.get(`/api/admin/agents/${id}${path}`), 404, 'not_found');
  }
  refused(await admin.client.delete('/api/admin/agents/librarian'), 409, 'conflict');
  await newAgent(admin, { name: definition.name });
});

test('what is not an agent is refused with words, and a name is another’s however it is written', async () => {
  const { admin } = server();
  const { definition } = await newAgent(admin);
  const corpus = await newCorpus(admin, `Corpus ${randomUUID()}`);
  const post = (more: object) =>
    admin.client.post('/api/admin/agents', { definition: { ...agentDefinition(`Agent ${randomUUID()}`), ...more } });
  refused(await post({ name: definition.name.toUpperCase() }), 409, 'name_taken');
  for (const wrong of [
    { name: ' ' },
    { instructions: '' },
    { instructions: 'x'.repeat(20_001) },
    { tools: ['delete_everything'] },
    { tools: ['search_corpora', 'search_corpora'] },
    { corpora: [randomUUID()] },
    { corpora: [corpus.id, corpus.id] },
    { max_steps: 0 },
    { max_answer_chars: 2 ** 21 },
    { model: 'two\nlines' },
    { extra: true },
  ]) {
    refused(await post(wrong), 400);
  }
});

test('a test of what is not saved is a temporary session of its administrator alone: streamed, cited, charged and recorded', async () => {
  const { admin } = server();
  const other = await server().person('administrator');
  const definition = agentDefinition(`Draft ${randomUUID()}`, { instructions: 'Be terse.' });
  const sessionId = await newAgentTest(admin, definition);
  const session = answered(await admin.client.get(`/api/sessions/${sessionId}`), 200, sessionShape);
  expect(session).toMatchObject({
    title: `Test of ${definition.name}`,
    agent: { id: benchAgentId, name: 'Test bench' },
    temporary_until: expect.any(String),
  });
  await ask(admin, sessionId, 'Hello?');
  expect(lastAsked().system).toContain('Be terse.');
  const next = { definition: { ...definition, instructions: 'Be long.' } };
  expect((await admin.client.put(`/api/admin/agent-tests/${sessionId}`, next)).status).toBe(204);
  await ask(admin, sessionId, 'And now?');
  expect(lastAsked().system).toContain('Be long.');
  expect(await versionsOfTurns(sessionId)).toEqual([2, 1]);
  const charged = queryDatabase(
    server().databasePath,
    `select count(*) as n from usage_days where kind = 'agent' and subject_id = ?`,
    benchAgentId,
  );
  expect(charged).toEqual([{ n: 1 }]);
  expect((await admin.client.get(`/api/admin/sessions?agent_id=${benchAgentId}`)).text).toContain(sessionId);

  refused(await other.client.put(`/api/admin/agent-tests/${sessionId}`, next), 404, 'not_found');
  refused(await other.client.get(`/api/sessions/${sessionId}`), 404, 'not_found');
});

test('no other door leads to the test bench', async () => {
  const { admin } = server();
  const [person, tester] = [await server().person(), await server().person('administrator')];
  const sessionId = await newAgentTest(tester, agentDefinition(`Draft ${randomUUID()}`));
  const { turn } = await ask(tester, sessionId, 'Hello?');

  for (const who of [person, admin]) {
    refused(await who.client.post('/api/sessions', { agent_id: benchAgentId }), 409, 'agent_unavailable');
    const own = (await openSession(who)).session_id;
    const moved = await who.client.patch(`/api/sessions/${own}`, { agent_id: benchAgentId });
    refused(moved, 409, 'agent_unavailable');
  }
  const grant = `/api/admin/groups/${everyoneGroupId}/grants/agent/${benchAgentId}`;
  refused(await admin.client.put(grant, { level: 'use' }), 404, 'not_found');
  for (const path of [`/api/admin/agents/${benchAgentId}`, `/api/admin/agents/${benchAgentId}/versions`]) {
    refused(await admin.client.get(path), 404, 'not_found');
  }
  const list = answered(await admin.client.get('/api/admin/agents'), 200, adminAgentList);
  expect(list.agents.some((agent) => agent.agent_id === benchAgentId)).toBe(false);

  expect((await tester.client.put(sharePath(sessionId, admin), { level: 'write' })).status).toBe(200);
  refused(await admin.client.post(`/api/sessions/${sessionId}/turns`, message()), 409, 'agent_unavailable');
  const forked = await admin.client.post(`/api/sessions/${sessionId}/fork`, {
    turn_id: turn.turn_id,
    client_fork_id: randomUUID(),
  });
  const copy = answered(forked, 201, sessionShape);
  refused(await admin.client.post(`/api/sessions/${copy.session_id}/turns`, message()), 409, 'agent_unavailable');

  await admin.client.patch(`/api/admin/users/${tester.user.id}`, { role: 'curator' });
  const demoted = await server().signInAgain(tester);
  refused(await demoted.post(`/api/sessions/${sessionId}/turns`, message()), 409, 'agent_unavailable');
  refused(await demoted.post('/api/admin/agent-tests', { definition: agentDefinition('x') }), 403, 'forbidden');
});

test('the built-in agent takes versions too and goes back to what it came as', async () => {
  const { admin } = server();
  const before = await agentOf(admin, 'librarian');
  expect(before).toMatchObject({ is_delivered: true, made_by: null });
  expect(before.definition).toMatchObject({ name: 'Librarian', ...defaultLimits, model: '' });
  const version = await saveAgent(admin, 'librarian', { instructions: 'Ours.' });
  expect(await agentOf(admin, 'librarian')).toMatchObject({ is_delivered: false });
  const body = { base_version: version, version: before.version };
  answered(await admin.client.post('/api/admin/agents/librarian/restore', body), 200, savedAgent);
  expect(await agentOf(admin, 'librarian')).toMatchObject({ is_delivered: true, definition: before.definition });
});
