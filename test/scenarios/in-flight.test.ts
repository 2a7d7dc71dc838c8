import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { agentDefinition, newAgent } from '../agents.ts';
import { Client, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { newCorpus } from '../documents.ts';
import { announcementOf } from '../announcements.ts';
import { pngOf } from '../pictures.ts';
import { openSession, type Person } from '../given.ts';
import { newGroup } from '../groups.ts';
import { endpointBody, newEndpoint } from '../model-endpoints.ts';
import { sendHalf } from '../half-sent.ts';
import { heldSession } from '../holds.ts';
import { newKey } from '../keys.ts';
import { describedOperations } from '../openapi.ts';
import { sharedServer } from '../shared-server.ts';
import { fastestOf, waitFor } from '../wait-for.ts';

const server = sharedServer({ withModel: true, env: { PERDURE_LOG_LEVEL: 'warn' } });
const password = 'only in flight 2026';
/** Promised to whoever takes something away. */
const boundMs = 5_000;

/** What else the requests are about, made by the administrator who stays. */
let made: {
  bystander: Person;
  groupId: string;
  corpusId: string;
  sessionId: string;
  agentId: string;
  endpointId: string;
  holdId: string;
};
beforeAll(async () => {
  const admin = server().admin;
  const bystander = await server().person();
  made = {
    bystander,
    groupId: (await newGroup(admin)).id,
    corpusId: (await newCorpus(admin, `Corpus ${randomUUID()}`)).id,
    sessionId: (await openSession(bystander)).session_id,
    agentId: (await newAgent(admin)).id,
    endpointId: (await newEndpoint(admin)).id,
    holdId: await heldSession(admin, (await openSession(bystander)).session_id),
  };
});

/** Everything that ends what somebody may do as an administrator. */
const removals: Record<string, (person: Person) => Promise<unknown>> = {
  suspended: ({ user }) => server().admin.client.patch(`/api/admin/users/${user.id}`, { is_active: false }),
  demoted: ({ user }) => server().admin.client.patch(`/api/admin/users/${user.id}`, { role: 'member' }),
  'signed out': ({ user }) => server().admin.client.delete(`/api/admin/users/${user.id}/logins`),
};

type Change = { path: (actor: Person) => string; body: (actor: Person) => object };

/** Every administrative change that is asked for with a body, the way somebody would who wants to keep what is being taken from them. */
const changes: Record<string, Change> = {
  'post /api/admin/users': {
    path: () => '/api/admin/users',
    body: () => ({ username: `back-${randomUUID().slice(0, 8)}`, password, role: 'administrator' }),
  },
  'patch /api/admin/users/{id}': {
    path: ({ user }) => `/api/admin/users/${user.id}`,
    body: () => ({ is_active: true, role: 'administrator' }),
  },
  'post /api/admin/users/{id}/erase': {
    path: () => `/api/admin/users/${made.bystander.user.id}/erase`,
    body: () => ({ corpora: 'keep' }),
  },
  'post /api/admin/invitations': { path: () => '/api/admin/invitations', body: () => ({ role: 'administrator' }) },
  'put /api/admin/second-factor': {
    path: () => '/api/admin/second-factor',
    body: () => ({ required_for: ['member'] }),
  },
  'post /api/admin/groups': { path: () => '/api/admin/groups', body: () => ({ name: `Group ${randomUUID()}` }) },
  'patch /api/admin/groups/{id}': {
    path: () => `/api/admin/groups/${made.groupId}`,
    body: () => ({ name: `Group ${randomUUID()}` }),
  },
  'put /api/admin/groups/{id}/grants/{kind}/{objectId}': {
    path: () => `/api/admin/groups/${made.groupId}/grants/corpus/${made.corpusId}`,
    body: () => ({ level: 'curate' }),
  },
  'post /api/admin/agents': {
    path: () => '/api/admin/agents',
    body: () => ({ definition: agentDefinition(`Agent ${randomUUID()}`) }),
  },
  'post /api/admin/agent-preview': {
    path: () => '/api/admin/agent-preview',
    body: () => ({ definition: agentDefinition('Seen before') }),
  },
  'post /api/admin/agent-tests': {
    path: () => '/api/admin/agent-tests',
    body: () => ({ definition: agentDefinition('Tried out') }),
  },
  'put /api/admin/agent-tests/{session_id}': {
    path: () => `/api/admin/agent-tests/${made.sessionId}`,
    body: () => ({ definition: agentDefinition('Tried out') }),
  },
  'put /api/admin/agents/{agent_id}': {
    path: () => `/api/admin/agents/${made.agentId}`,
    body: () => ({ base_version: 1, definition: agentDefinition(`Agent ${randomUUID()}`) }),
  },
  'put /api/admin/agents/{agent_id}/active': {
    path: () => `/api/admin/agents/${made.agentId}/active`,
    body: () => ({ is_active: false }),
  },
  'post /api/admin/agents/{agent_id}/restore': {
    path: () => `/api/admin/agents/${made.agentId}/restore`,
    body: () => ({ base_version: 1, version: 1 }),
  },
  'put /api/admin/agents/{agent_id}/default-corpora': {
    path: () => '/api/admin/agents/librarian/default-corpora',
    body: () => ({ corpora: [made.corpusId] }),
  },
  'put /api/admin/agent-defaults': {
    path: () => '/api/admin/agent-defaults',
    body: () => ({ everyone_agent_id: null, groups: [{ group_id: made.groupId, agent_id: 'librarian' }] }),
  },
  'put /api/admin/budgets/everybody': {
    path: () => '/api/admin/budgets/everybody',
    body: () => ({ turns_per_day: 1, tokens_per_day: null }),
  },
  'put /api/admin/retention/{kind}': {
    path: () => '/api/admin/retention/sessions',
    body: () => ({ keep_days: 36_000, would_go: 0, confirmed: false }),
  },
  'post /api/admin/holds': {
    path: () => '/api/admin/holds',
    body: () => ({ kind: 'session', session_id: made.sessionId, reason: 'before they take it away' }),
  },
  'post /api/admin/holds/{id}/release': {
    path: () => `/api/admin/holds/${made.holdId}/release`,
    body: () => ({ reason: 'before they take it away' }),
  },
  'put /api/admin/announcement': {
    path: () => '/api/admin/announcement',
    body: () => ({ announcement: announcementOf('I am still here') }),
  },
  'put /api/admin/branding/logo': {
    path: () => '/api/admin/branding/logo',
    body: () => ({ read_version: null, logo: { alt: 'Still here', base64: pngOf(2, 2).toString('base64') } }),
  },
  'put /api/admin/branding': {
    path: () => '/api/admin/branding',
    body: () => ({ read_version: null, branding: { name: 'Still here', accent: null } }),
  },
  'put /api/admin/usage/prices': {
    path: () => '/api/admin/usage/prices',
    body: () => ({ currency: 'EUR', models: [] }),
  },
  'put /api/admin/models/default': {
    path: () => '/api/admin/models/default',
    body: () => ({ endpoint_id: 'built_in', model: 'built_in' }),
  },
  'post /api/admin/models/endpoints': {
    path: () => '/api/admin/models/endpoints',
    body: () => endpointBody(`Endpoint ${randomUUID()}`),
  },
  'put /api/admin/models/endpoints/{id}': {
    path: () => `/api/admin/models/endpoints/${made.endpointId}`,
    body: () => ({ ...endpointBody(`Endpoint ${randomUUID()}`), version: 1 }),
  },
  'post /api/admin/models/test': {
    path: () => '/api/admin/models/test',
    body: () => ({ of: 'environment', model: 'scripted' }),
  },
  'post /api/admin/models/list': {
    path: () => '/api/admin/models/list',
    body: () => ({ of: 'environment' }),
  },
  'put /api/admin/sign-in': {
    path: () => '/api/admin/sign-in',
    body: () => ({ passwords_for: 'everybody' }),
  },
  'put /api/admin/budgets/{kind}/{subjectId}': {
    path: ({ user }) => `/api/admin/budgets/user/${user.id}`,
    body: () => ({ turns_per_day: null, tokens_per_day: null }),
  },
  'post /api/admin/sessions/invalidate': {
    path: () => '/api/admin/sessions/invalidate',
    body: () => ({ session_ids: [made.sessionId] }),
  },
  'post /api/admin/sessions/{id}/content': {
    path: () => `/api/admin/sessions/${made.sessionId}/content`,
    body: () => ({ reason: 'before they take it away' }),
  },
};

test('every administrative change with a body is in the table', async () => {
  const operations = await describedOperations(server().anonymous);
  const taking = operations.filter(({ path, requestBody }) => path.startsWith('/api/admin/') && requestBody);
  expect(Object.keys(changes).toSorted()).toEqual(taking.map(({ method, path }) => `${method} ${path}`).toSorted());
});

const recordsBy = (person: Person) =>
  queryDatabase(server().databasePath, 'select action from audit_log where actor_user_id = ?', person.user.id);
const accountOf = (person: Person) =>
  queryDatabase(server().databasePath, 'select role, is_active from users where id = ?', person.user.id);

describe.each(Object.entries(removals))('who is %s while the body of a request is on its way', (_name, remove) => {
  test.each(Object.entries(changes))('is refused as whoever has no login: %s', async (name, { path, body }) => {
    const person = await server().person('administrator');
    const method = name.split(' ')[0]?.toUpperCase() ?? '';
    const half = await sendHalf(person.client, method, path(person), JSON.stringify(body(person)));
    await remove(person);
    const [account, records] = [accountOf(person), recordsBy(person)];
    refused(await half.finish(), 401, 'unauthenticated');
    expect(accountOf(person)).toEqual(account);
    expect(recordsBy(person)).toEqual(records);
  });
});

test.each(['login', 'key'])(
  'a message is not accepted that was on its way when its %s was revoked',
  async (through) => {
    const person = await server().person();
    const { session_id } = await openSession(person);
    const key = await newKey(person, ['sessions:write']);
    const headers = through === 'key' ? { authorization: `Bearer ${key.key}` } : {};
    const half = await sendHalf(
      person.client,
      'POST',
      `/api/sessions/${session_id}/turns`,
      JSON.stringify({ client_turn_id: randomUUID(), text: 'still here?' }),
      { headers },
    );
    if (through === 'key') await person.client.delete(`/api/account/keys/${key.id}`);
    else await removals['signed out']?.(person);
    refused(await half.finish(), 401, 'unauthenticated');
    expect(queryDatabase(server().databasePath, 'select 1 from turns where session_id = ?', session_id)).toEqual([]);
  },
);

/** A document that is on its way into a corpus that a curator reaches through one group alone. */
async function givenUpload() {
  const admin = server().admin;
  const person = await server().person('curator');
  const corpus = await newCorpus(admin, `Corpus ${randomUUID()}`);
  const group = await newGroup(admin, [person]);
  const grant = `/api/admin/groups/${group.id}/grants/corpus/${corpus.id}`;
  await admin.client.put(grant, { level: 'curate' });
  const half = await sendHalf(
    person.client,
    'POST',
    `/api/corpora/${corpus.id}/documents?filename=late.md`,
    '# Late\n\nThe first half,',
    { openEnded: true },
  );
  return { person, corpusId: corpus.id, groupId: group.id, grant, half };
}
type Upload = Awaited<ReturnType<typeof givenUpload>>;

const uploadRemovals: Record<string, { remove: (upload: Upload) => Promise<unknown>; status: number }> = {
  suspended: { remove: ({ person }) => Promise.resolve(removals.suspended?.(person)), status: 401 },
  'signed out': { remove: ({ person }) => Promise.resolve(removals['signed out']?.(person)), status: 401 },
  erased: {
    remove: ({ person }) => server().admin.client.post(`/api/admin/users/${person.user.id}/erase`, { corpora: 'keep' }),
    status: 401,
  },
  'left with reading alone': {
    remove: ({ grant }) => server().admin.client.put(grant, { level: 'read' }),
    status: 403,
  },
};

/** Nothing of an upload was stored, and nothing was written of who sent it. */
function expectNothingOf({ corpusId, person }: Upload): void {
  expect(queryDatabase(server().databasePath, 'select 1 from documents where corpus_id = ?', corpusId)).toEqual([]);
  expect(recordsBy(person).filter(({ action }) => String(action).startsWith('document.'))).toEqual([]);
}

describe.each(Object.entries(uploadRemovals))('an upload whose sender is %s', (_name, { remove, status }) => {
  test('is refused when the rest of it comes at once', async () => {
    const upload = await givenUpload();
    await remove(upload);
    refused(await upload.half.finish(' the second half.'), status);
    expectNothingOf(upload);
  });

  test('is broken off within five seconds when it goes on and on', async () => {
    const tookMs = await fastestOf(3, boundMs, async () => {
      const upload = await givenUpload();
      await remove(upload);
      const startedMs = performance.now();
      refused(await upload.half.answer, status);
      expectNothingOf(upload);
      upload.half.destroy();
      return performance.now() - startedMs;
    });
    expect(tookMs).toBeLessThan(boundMs);
  });
});

describe.each(['login', 'key'])('who waits for an answer and whose %s is revoked', (through) => {
  async function givenWaiting() {
    const person = await server().person();
    const { session_id } = await openSession(person);
    const key = await newKey(person, ['sessions:write']);
    const client = through === 'key' ? new Client(server().url, key.key) : person.client;
    const asked = server().model.requests.length;
    server().model.next({ pieces: Array.from({ length: 10_000 }, () => 'word '), pieceDelayMs: 10 });
    const answer = client.post(`/api/sessions/${session_id}/chat`, { message: 'Talk.' });
    await waitFor('the model asked', () => server().model.requests.length > asked);
    const revoke = () =>
      through === 'key'
        ? person.client.delete(`/api/account/keys/${key.id}`)
        : Promise.resolve(removals['signed out']?.(person));
    return { answer, revoke };
  }

  test('is not given it', async () => {
    const { answer, revoke } = await givenWaiting();
    await revoke();
    server().model.finish();
    refused(await answer, 401, 'unauthenticated');
  });

  test('does not wait on', async () => {
    const tookMs = await fastestOf(3, boundMs, async () => {
      const { answer, revoke } = await givenWaiting();
      await revoke();
      const startedMs = performance.now();
      refused(await answer, 401, 'unauthenticated');
      server().model.finish();
      return performance.now() - startedMs;
    });
    expect(tookMs).toBeLessThan(boundMs);
  });
});
