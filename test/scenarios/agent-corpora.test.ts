import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { everyoneGroupId } from '../../src/contract/access.ts';
import { type AdminAgent, adminAgentList } from '../../src/contract/agents.ts';
import { auditList } from '../../src/contract/audit.ts';
import type { Corpus } from '../../src/contract/documents.ts';
import { agentList, chatAnswer, noCorpus, session as sessionShape } from '../../src/contract/sessions.ts';
import { answered, refused } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import type { Person } from '../given.ts';
import { newGroup } from '../groups.ts';
import { newKey } from '../keys.ts';
import { sharedServer } from '../shared-server.ts';

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'warn' } });
const place = '/api/admin/agents/librarian/default-corpora';
const setCorpora = (corpora: unknown) => server().admin.client.put(place, { corpora });
afterEach(async () => expect((await setCorpora([])).status).toBe(204));

/** What a new session begins with. */
async function beginsWith({ client }: Person, how: 'browser' | 'program', body = {}): Promise<string[]> {
  const headers = { cookie: `perdure=${client.token}`, 'sec-fetch-site': 'same-origin' };
  const options = how === 'browser' ? { token: null, headers } : {};
  return answered(await client.post('/api/sessions', body, options), 201, sessionShape).corpora;
}

async function pick({ client }: Person, corpora: string[]): Promise<void> {
  const headers = { cookie: `perdure=${client.token}`, 'sec-fetch-site': 'same-origin' };
  const options = { token: null, headers };
  const { session_id } = answered(await client.post('/api/sessions', {}, options), 201, sessionShape);
  const reply = await client.call('PATCH', `/api/sessions/${session_id}`, { json: { corpora }, ...options });
  answered(reply, 200, sessionShape);
}

const told = async ({ client }: Person) =>
  answered(await client.get('/api/agents'), 200, agentList).agents[0]?.default_corpora;

async function asAdministrator(): Promise<AdminAgent | undefined> {
  return answered(await server().admin.client.get('/api/admin/agents'), 200, adminAgentList).agents[0];
}

async function corpora(...names: string[]): Promise<Corpus[]> {
  const owner = await server().person('curator');
  const made = [];
  for (const name of names) made.push(await newCorpus(owner, `${name} ${randomUUID()}`));
  return made;
}

/** Takes a corpus away from all who are not in a group. */
async function keepFor(corpus: Corpus | undefined, members: Person[]): Promise<void> {
  const { admin } = server();
  const path = (groupId: string) => `/api/corpora/${corpus?.id}/access/${groupId}`;
  const group = await newGroup(admin, members);
  expect((await admin.client.put(path(group.id), { level: 'read' })).status).toBe(204);
  expect((await admin.client.delete(path(everyoneGroupId))).status).toBe(204);
}

test('sessions begin with the agent’s corpora, unless the person has chosen or the request says others', async () => {
  const [tides, bells, charts] = (await corpora('Tides', 'Bells', 'Charts')).map(({ id }) => id) as [
    string,
    string,
    string,
  ];
  const [person, chooser] = [await server().person(), await server().person()];
  expect(await beginsWith(person, 'browser')).toEqual([]);
  expect((await setCorpora([tides, bells, tides])).status).toBe(204);
  for (const how of ['browser', 'program'] as const) {
    expect(await beginsWith(person, how)).toEqual([tides, bells]);
    expect(await beginsWith(person, how, { agent_id: 'librarian' })).toEqual([tides, bells]);
    expect(await beginsWith(person, how, { corpora: [charts] })).toEqual([charts]);
    expect(await beginsWith(person, how, { corpora: [] }), 'all, in so many words').toEqual([]);
  }

  await pick(chooser, [charts]);
  expect(await beginsWith(chooser, 'browser')).toEqual([charts]);
  expect(await beginsWith(chooser, 'program'), 'a choice in a browser is none of a program').toEqual([tides, bells]);
  await pick(chooser, []);
  expect(await beginsWith(chooser, 'browser'), 'who chose all has no choice of their own').toEqual([tides, bells]);
});

test('who may read some of the agent’s corpora begins with these; who may read none, with no corpus and not with all', async () => {
  const [open, closed] = await corpora('Open', 'Closed');
  const [insider, outsider] = [await server().person(), await server().person()];
  await keepFor(closed, [insider]);
  await setCorpora([open?.id, closed?.id]);
  expect(await beginsWith(insider, 'browser')).toEqual([open?.id, closed?.id]);
  expect(await beginsWith(outsider, 'browser')).toEqual([open?.id]);
  expect([await told(insider), await told(outsider)]).toEqual([[open?.id, closed?.id], [open?.id]]);
  const key = await newKey(insider, ['sessions:read']);
  const headers = { 'x-api-key': key.key };
  const byKey = answered(await server().anonymous.get('/api/agents', { headers }), 200, agentList);
  expect(byKey.agents[0]?.default_corpora, 'a key that reads no knowledge is told of none').toEqual([]);

  await setCorpora([closed?.id]);
  expect(await told(outsider)).toEqual([]);
  for (const how of ['browser', 'program'] as const) expect(await beginsWith(outsider, how)).toEqual([noCorpus]);
  const reply = await outsider.client.post('/api/sessions', {});
  expect(reply.text, 'not even by its id').not.toContain(closed?.id);
});

test('a session without a corpus finds nothing until its owner chooses', async () => {
  const [owner, person] = [await server().person('curator'), await server().person()];
  const [lamps, closed] = [await newCorpus(owner, `Lamps ${randomUUID()}`), (await corpora('Closed'))[0]];
  await untilRead(owner, await upload(owner, lamps.id, 'lamps.md', '# Lamps\n\nThe green lamp is lit at dusk.\n'));
  await keepFor(closed, []);
  await setCorpora([closed?.id]);
  const { session_id } = answered(await person.client.post('/api/sessions', {}), 201, sessionShape);
  const citations = async () => {
    const asked = await person.client.post(`/api/sessions/${session_id}/chat`, { message: 'When is the lamp lit?' });
    return answered(asked, 200, chatAnswer).citations.length;
  };
  expect(await citations()).toBe(0);
  await person.client.patch(`/api/sessions/${session_id}`, { corpora: [lamps.id] });
  expect(await citations()).toBeGreaterThan(0);
});

test('deleted corpora fall out, come back when restored, and never leave an agent with all', async () => {
  const { client } = server().admin;
  const [one, two] = await corpora('One', 'Two');
  const person = await server().person();
  await setCorpora([one?.id, two?.id]);
  expect((await client.delete(`/api/corpora/${one?.id}`)).status).toBe(204);
  expect(await beginsWith(person, 'browser')).toEqual([two?.id]);
  expect(await asAdministrator()).toMatchObject({
    default_corpora: [{ corpus_id: two?.id, name: two?.name, is_archived: false }],
    deleted_corpora: 1,
  });
  expect((await client.delete(`/api/corpora/${two?.id}`)).status).toBe(204);
  expect((await client.delete(`/api/bin/corpora/${two?.id}`)).status).toBe(204);
  expect(await beginsWith(person, 'browser')).toEqual([noCorpus]);
  expect(await asAdministrator()).toMatchObject({ default_corpora: [], deleted_corpora: 2 });
  expect((await client.post(`/api/bin/corpora/${one?.id}/restore`, {})).status).toBe(200);
  expect(await beginsWith(person, 'browser')).toEqual([one?.id]);
  await setCorpora([]);
  expect(await beginsWith(person, 'browser')).toEqual([]);
});

test('an archived corpus is not begun with, and is again once it is brought back', async () => {
  const { client } = server().admin;
  const [one] = await corpora('Archived');
  const person = await server().person();
  await setCorpora([one?.id]);
  expect((await client.patch(`/api/corpora/${one?.id}`, { archived: true })).status).toBe(200);
  expect(await beginsWith(person, 'browser')).toEqual([noCorpus]);
  expect([await told(person), (await asAdministrator())?.default_corpora]).toEqual([
    [],
    [{ corpus_id: one?.id, name: one?.name, is_archived: true }],
  ]);
  expect((await client.patch(`/api/corpora/${one?.id}`, { archived: false })).status).toBe(200);
  expect(await beginsWith(person, 'browser')).toEqual([one?.id]);
});

test('an agent’s corpora are set by administrators, to corpora that are there, and each change is recorded', async () => {
  const { admin } = server();
  const [corpus] = await corpora('Only');
  for (const body of [undefined, {}, { corpora: null }, { corpora: [''] }, { corpora: [], more: 1 }]) {
    refused(await admin.client.put(place, body), 400, 'bad_request');
  }
  refused(await setCorpora(Array.from({ length: 51 }, () => corpus?.id)), 400, 'bad_request');
  refused(await setCorpora([corpus?.id, randomUUID()]), 400, 'bad_request');
  refused(await setCorpora([corpus?.name]), 400, 'bad_request');
  for (const id of ['nobody', '__proto__', 'x'.repeat(101)]) {
    refused(await admin.client.put(`/api/admin/agents/${id}/default-corpora`, { corpora: [] }), 404, 'not_found');
  }
  for (const role of ['member', 'curator'] as const) {
    const { client } = await server().person(role);
    refused(await client.put(place, { corpora: [corpus?.id] }), 403, 'forbidden');
    refused(await client.get('/api/admin/agents'), 403, 'forbidden');
  }
  expect(await asAdministrator()).toMatchObject({ agent_id: 'librarian', default_corpora: [], deleted_corpora: 0 });

  await setCorpora([corpus?.id]);
  await setCorpora([corpus?.id]);
  await setCorpora([]);
  const reply = await admin.client.get('/api/admin/audit?action=agent.corpora_set&limit=2');
  const { records } = answered(reply, 200, auditList);
  expect(records.map(({ object, facts: { version: _, ...facts } }) => [object.id, facts])).toEqual([
    ['librarian', { corpora: [], was: [corpus?.id] }],
    ['librarian', { corpora: [corpus?.id], was: [] }],
  ]);
});
