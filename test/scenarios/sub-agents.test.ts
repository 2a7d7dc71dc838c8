import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { everyoneGroupId } from '../../src/contract/access.ts';
import { adminTurns } from '../../src/contract/admin-session.ts';
import { agentPreview } from '../../src/contract/agents.ts';
import { agentDefinition, agentOf, newAgent, newAgentTest, saveAgent } from '../agents.ts';
import { answered, refused } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { openSession, type Person } from '../given.ts';
import { newGroup } from '../groups.ts';
import { sharedServer } from '../shared-server.ts';
import { ask, logOf } from '../turns.ts';

const server = sharedServer({ withModel: true });

type Asked = { body: { messages: { role: string; content: string }[]; tools?: { function: { name: string } }[] } };
const requests = () => server().model.requests as unknown as Asked[];
const toolsOf = (request?: Asked) => (request?.body.tools ?? []).map((tool) => tool.function.name);

const callOf = (agent: string) => ({
  id: `call_${randomUUID()}`,
  name: 'ask_agent',
  arguments: JSON.stringify({ agent, question: 'When does the gate open?' }),
});

/** An agent, and another one that may ask it. */
async function askerOf(admin: Person) {
  const clerk = await newAgent(admin, { instructions: 'You are the clerk.' });
  const asker = await newAgent(admin, { tools: [], sub_agents: [clerk.id] });
  return { clerk, asker };
}

async function askedOf(person: Person, agentId: string) {
  const { session_id: sessionId } = await openSession(person, { agent_id: agentId });
  const from = requests().length;
  const { answer } = await ask(person, sessionId, 'When does the gate open?');
  return { sessionId, answer, made: requests().slice(from), log: await logOf(person, sessionId) };
}

test('an agent asks another one: its answer is in the log with version and passages, cited, and charged to the turn', async () => {
  const { admin } = server();
  const curator = await server().person('curator');
  const corpus = await newCorpus(curator, `Gates ${randomUUID()}`);
  await untilRead(curator, await upload(curator, corpus.id, 'gate.md', '# Gate\n\nThe gate opens at seven.'));
  const { clerk, asker } = await askerOf(admin);
  const clerks = { text: 'At seven', librarian: true };
  server().model.next({ toolCalls: [callOf(clerk.definition.name)] }, clerks, clerks, {
    text: 'It opens at seven [1].',
  });
  const { sessionId, answer, made, log } = await askedOf(curator, asker.id);

  expect(made.map(toolsOf)).toEqual([['ask_agent'], ['search_corpora'], ['search_corpora'], ['ask_agent']]);
  expect(made[1]?.body.messages[0]?.content).toContain('You are the clerk.');
  expect(answer?.citations[0]).toMatchObject({ document_title: 'Gate', quote: 'The gate opens at seven.' });
  const result = log.find((event) => event.type === 'tool_result');
  expect(result).toMatchObject({
    is_error: false,
    output: {
      agent: clerk.definition.name,
      agent_id: clerk.id,
      version: 1,
      passages: [{ n: 1, document_title: 'Gate' }],
    },
  });
  const reply = await admin.client.get(`/api/admin/sessions/${sessionId}/turns`);
  const [turn] = answered(reply, 200, adminTurns).turns;
  const total = (turn?.attempts ?? []).reduce((sum, { input_tokens }) => sum + input_tokens, 0);
  expect(answer?.usage.input_tokens, 'all four model calls').toBe(total);
  expect(total).toBeGreaterThan(0);
});

test('whoever may not use the other agent is answered without it, also once it is switched off or deleted', async () => {
  const { admin } = server();
  const [insider, outsider] = [await server().person(), await server().person()];
  const { clerk, asker } = await askerOf(admin);
  const { id: groupId } = await newGroup(admin, [insider]);
  const grant = (group: string) => `/api/admin/groups/${group}/grants/agent/${clerk.id}`;
  expect((await admin.client.put(grant(groupId), { level: 'use' })).status).toBe(204);
  expect((await admin.client.delete(grant(everyoneGroupId))).status).toBe(204);

  server().model.always({ text: 'So.' });
  expect(toolsOf((await askedOf(insider, asker.id)).made[0])).toEqual(['ask_agent']);
  expect(toolsOf((await askedOf(outsider, asker.id)).made[0])).toEqual([]);

  // What a model says of an agent that was never offered to it changes nothing.
  server().model.next({ toolCalls: [callOf(clerk.definition.name)] }, { text: 'Without.' });
  const guessed = await askedOf(outsider, asker.id);
  expect(guessed.log.find((event) => event.type === 'tool_result')).toMatchObject({ is_error: true });

  const active = `/api/admin/agents/${clerk.id}/active`;
  expect((await admin.client.put(active, { is_active: false })).status).toBe(204);
  expect(toolsOf((await askedOf(insider, asker.id)).made[0])).toEqual([]);
  expect((await admin.client.put(active, { is_active: true })).status).toBe(204);
  expect((await admin.client.delete(`/api/admin/agents/${clerk.id}`)).status).toBe(204);
  expect(toolsOf((await askedOf(insider, asker.id)).made[0])).toEqual([]);
});

test('what an agent asks is a part of its version: previewed, tested, refused where it is not there', async () => {
  const { admin } = server();
  const { clerk, asker } = await askerOf(admin);
  const definition = agentDefinition(`Asker ${randomUUID()}`, { tools: [], sub_agents: [clerk.id] });
  const preview = answered(await admin.client.post('/api/admin/agent-preview', { definition }), 200, agentPreview);
  expect(preview.tools).toEqual([
    { name: 'ask_agent', description: expect.stringContaining(`- ${clerk.definition.name}: `) },
  ]);

  server().model.always({ text: 'So.' });
  const sessionId = await newAgentTest(admin, definition);
  const from = requests().length;
  await ask(admin, sessionId, 'When?');
  expect(toolsOf(requests()[from])).toEqual(['ask_agent']);

  const post = (sub_agents: string[]) =>
    admin.client.post('/api/admin/agents', { definition: { ...definition, name: randomUUID(), sub_agents } });
  refused(await post([randomUUID()]), 400);
  refused(await post([clerk.id, clerk.id]), 400);
  refused(await post(Array.from({ length: 11 }, () => randomUUID())), 400);
  const itself = { base_version: 1, definition: { ...asker.definition, sub_agents: [asker.id] } };
  refused(await admin.client.put(`/api/admin/agents/${asker.id}`, itself), 400);

  expect(await saveAgent(admin, asker.id, { sub_agents: [] })).toBe(2);
  expect((await agentOf(admin, asker.id)).definition).not.toHaveProperty('sub_agents');
  expect(await saveAgent(admin, asker.id, { sub_agents: [] }), 'nothing was changed').toBe(2);
});
