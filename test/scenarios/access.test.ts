import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { accountLogins, apiScope } from '../../src/contract/account.ts';
import { brandingState } from '../../src/contract/branding.ts';
import { corpus as corpusShape, uploadAnswer } from '../../src/contract/documents.ts';
import { newInvitation, newReset } from '../../src/contract/links.ts';
import { agentDefinition, newAgent, newAgentTest } from '../agents.ts';
import type { CallOptions, Client, Reply } from '../client.ts';
import { answered, refused } from '../client.ts';
import { pngOf } from '../pictures.ts';
import { untilRead } from '../documents.ts';
import { keepQuestion, measured } from '../evaluation.ts';
import { exportWith, writtenSession } from '../exports.ts';
import { chatgptTalk } from '../../src/personal-data/testing/foreign-chats.ts';
import { openSession, type Person } from '../given.ts';
import { newGroup } from '../groups.ts';
import { endpointBody, newEndpoint } from '../model-endpoints.ts';
import { newKey } from '../keys.ts';
import { heldSession } from '../holds.ts';
import { tokenIn } from '../links.ts';
import { describedOperations } from '../openapi.ts';
import { turnOn, withPassword } from '../second-factor.ts';
import { sharedServer } from '../shared-server.ts';
import { sharePath } from '../sharing.ts';
import { SseReader } from '../sse-reader.ts';
import { ask } from '../turns.ts';
import { accessMatrix, type Cells, columns, streamPaths } from './access-matrix.ts';
import { keyMatrix } from './key-matrix.ts';

/** A provider and a mail server that are not there: the routes are. */
const oidc = {
  PERDURE_OIDC_ISSUER: 'http://127.0.0.1:1',
  PERDURE_OIDC_CLIENT_ID: 'perdure',
  PERDURE_OIDC_CLIENT_SECRET: 'secret',
};
const mail = { PERDURE_SMTP_URL: 'smtp://127.0.0.1:1', PERDURE_MAIL_FROM: 'perdure@team.example' };
const server = sharedServer({ withModel: true, env: { PERDURE_LOG_LEVEL: 'warn', ...oidc, ...mail } });
type Who = keyof Cells;
const everybody = columns.map(({ who }) => who);

let people: Record<Who, Client>;
let owner: Person;
let corpusId: string;
let documentId: string;
let groupId: string;

beforeAll(async () => {
  owner = await server().person('curator');
  const [signedOut, suspended] = [await server().person('curator'), await server().person('curator')];
  await signedOut.client.post('/api/auth/logout');
  await server().admin.client.patch(`/api/admin/users/${suspended.user.id}`, { is_active: false });
  people = {
    anonymous: server().anonymous,
    signedOut: signedOut.client,
    suspended: suspended.client,
    stranger: (await server().person('member')).client,
    curator: (await server().person('curator')).client,
    owner: owner.client,
    administrator: (await server().person('administrator')).client,
  };
  corpusId = await newCorpus();
  groupId = (await newGroup(server().admin)).id;
  documentId = await newDocument(corpusId, 'shared.md');
  expect((await untilRead(owner, documentId)).state).toBe('ready');
});

async function newCorpus(): Promise<string> {
  return answered(await owner.client.post('/api/corpora', { name: `Corpus ${randomUUID()}` }), 201, corpusShape).id;
}

async function newDocument(corpus: string, filename: string): Promise<string> {
  const body = `# ${filename}\n\nThe gate opens at seven. ${randomUUID()}`;
  const reply = await owner.client.call('POST', `/api/corpora/${corpus}/documents?filename=${filename}`, { body });
  return answered(reply, 202, uploadAnswer).document_id;
}

/** Puts what the owner made into the recycle bin, and gives its id again. */
async function binned(kind: 'corpora' | 'documents' | 'sessions', id: string): Promise<string> {
  expect((await owner.client.delete(`/api/${kind}/${id}`)).status).toBe(204);
  return id;
}

async function newSession(): Promise<string> {
  return (await openSession(owner)).session_id;
}

async function newLogin(person: Person): Promise<string> {
  const elsewhere = await server().signInAgain(person);
  const { logins } = answered(await elsewhere.get('/api/account/logins'), 200, accountLogins);
  return logins.find((login) => login.is_current)?.id ?? '';
}

const twoStepsPassword = 'correct horse battery staple';
/** Somebody with an authenticator app, and a recovery code for each sign-in. */
let twoSteps: ReturnType<typeof givenTwoSteps> | undefined;
async function givenTwoSteps() {
  const person = await withPassword(server().admin, `two-steps-${randomUUID()}`, twoStepsPassword);
  const { recovery_codes: codes } = await turnOn(person, twoStepsPassword);
  return { username: person.username, codes };
}

async function invite() {
  const reply = await server().admin.client.post('/api/admin/invitations', { role: 'member' });
  return answered(reply, 201, newInvitation);
}

type Request = { path: string; options?: CallOptions };

async function answerToRate(): Promise<string> {
  const sessionId = await newSession();
  const { turn } = await ask(owner, sessionId, 'hello');
  return `/api/sessions/${sessionId}/turns/${turn.turn_id}/feedback`;
}

/** One good request for each route, on an object of the owner that it may use up. */
/** That a change of it must name now. */
async function brandingVersion(): Promise<string | null> {
  return answered(await server().admin.client.get('/api/admin/branding'), 200, brandingState).version;
}

const requests: Record<string, () => Promise<Request> | Request> = {
  'post /api/auth/login': () => ({
    path: '/api/auth/login',
    options: { json: { username: 'admin', password: server().adminPassword } },
  }),
  'post /api/account/password': () => ({
    path: '/api/account/password',
    options: { json: { current_password: 'not this one', new_password: 'four ducks in the garden' } },
  }),
  'post /api/account/keys': () => ({
    path: '/api/account/keys',
    options: { json: { name: 'Nightly report', scopes: ['sessions:read'] } },
  }),
  'delete /api/account/keys/{id}': async () => ({ path: `/api/account/keys/${(await newKey(owner)).id}` }),
  'delete /api/admin/users/{id}/keys/{key_id}': async () => ({
    path: `/api/admin/users/${owner.user.id}/keys/${(await newKey(owner)).id}`,
  }),
  'delete /api/account/logins/{id}': async () => ({ path: `/api/account/logins/${await newLogin(owner)}` }),
  'delete /api/admin/users/{id}/logins': async () => ({
    path: `/api/admin/users/${(await server().person()).user.id}/logins`,
  }),
  'delete /api/admin/users/{id}/logins/{login_id}': async () => ({
    path: `/api/admin/users/${owner.user.id}/logins/${await newLogin(owner)}`,
  }),
  'get /api/sessions/{id}': async () => ({ path: `/api/sessions/${await newSession()}` }),
  'get /api/sessions/{id}/export': async () => ({
    path: `/api/sessions/${await newSession()}/export?format=markdown`,
  }),
  'patch /api/sessions/{id}': async () => ({
    path: `/api/sessions/${await newSession()}`,
    options: { json: { title: 'Mine' } },
  }),
  'delete /api/sessions/{id}': async () => ({ path: `/api/sessions/${await newSession()}` }),
  'post /api/bin/sessions/{id}/restore': async () => ({
    path: `/api/bin/sessions/${await binned('sessions', await newSession())}/restore`,
  }),
  'delete /api/bin/sessions/{id}': async () => ({
    path: `/api/bin/sessions/${await binned('sessions', await newSession())}`,
  }),
  'post /api/sessions/{id}/turns': async () => ({
    path: `/api/sessions/${await newSession()}/turns`,
    options: { json: { client_turn_id: randomUUID(), text: 'hello' } },
  }),
  'post /api/sessions/{id}/turns/{turn_id}/stop': async () => {
    const sessionId = await newSession();
    const { turn } = await ask(owner, sessionId, 'hello');
    return { path: `/api/sessions/${sessionId}/turns/${turn.turn_id}/stop` };
  },
  'post /api/sessions/{id}/fork': async () => {
    const sessionId = await newSession();
    const { turn } = await ask(owner, sessionId, 'hello');
    return {
      path: `/api/sessions/${sessionId}/fork`,
      options: { json: { turn_id: turn.turn_id, client_fork_id: randomUUID() } },
    };
  },
  'get /api/sessions/search': () => ({ path: '/api/sessions/search?q=gate' }),
  'get /api/sessions/{id}/people': async () => ({ path: `/api/sessions/${await newSession()}/people` }),
  'get /api/sessions/{id}/share-candidates': async () => ({
    path: `/api/sessions/${await newSession()}/share-candidates`,
  }),
  'put /api/sessions/{id}/shares/{kind}/{subject_id}': async () => ({
    path: sharePath(await newSession(), server().admin),
    options: { json: { level: 'read' } },
  }),
  'delete /api/sessions/{id}/shares/{kind}/{subject_id}': async () => ({
    path: sharePath(await newSession(), server().admin),
  }),
  'delete /api/sessions/{id}/membership': async () => ({ path: `/api/sessions/${await newSession()}/membership` }),
  'get /api/sessions/{id}/feedback': async () => ({ path: `/api/sessions/${await newSession()}/feedback` }),
  'put /api/sessions/{id}/turns/{turn_id}/feedback': async () => ({
    path: await answerToRate(),
    options: { json: { rating: 'up' } },
  }),
  'delete /api/sessions/{id}/turns/{turn_id}/feedback': async () => ({ path: await answerToRate() }),
  'post /api/sessions/{id}/chat': async () => ({
    path: `/api/sessions/${await newSession()}/chat`,
    options: { json: { message: 'hello' } },
  }),
  'post /api/corpora': () => ({ path: '/api/corpora', options: { json: { name: `New ${randomUUID()}` } } }),
  'patch /api/corpora/{corpus_id}': () => ({
    path: `/api/corpora/${corpusId}`,
    options: { json: { description: 'About gates' } },
  }),
  'put /api/corpora/{corpus_id}/owner': async () => ({
    path: `/api/corpora/${await newCorpus()}/owner`,
    options: { json: { username: 'admin' } },
  }),
  'delete /api/corpora/{corpus_id}': async () => ({ path: `/api/corpora/${await newCorpus()}` }),
  'post /api/corpora/{corpus_id}/documents': async () => ({
    path: `/api/corpora/${corpusId}/documents?filename=more.md`,
    options: { body: `# More\n\n${randomUUID()}` },
  }),
  // Nothing listens there: who may ask is told before.
  'post /api/corpora/{corpus_id}/documents/from-address': () => ({
    path: `/api/corpora/${corpusId}/documents/from-address`,
    options: { json: { url: `https://${randomUUID()}.invalid/` } },
  }),
  'post /api/documents/{document_id}/retry': () => ({ path: `/api/documents/${documentId}/retry` }),
  'post /api/documents/{document_id}/reprocess': () => ({ path: `/api/documents/${documentId}/reprocess` }),
  'post /api/corpora/{corpus_id}/documents/tags': () => ({
    path: `/api/corpora/${corpusId}/documents/tags`,
    options: { json: { document_ids: [documentId], add: ['Rules'] } },
  }),
  'patch /api/documents/{document_id}': () => ({
    path: `/api/documents/${documentId}`,
    options: { json: { tags: ['Gates'] } },
  }),
  'put /api/documents/{document_id}/original': async () => {
    const id = await newDocument(corpusId, 'replaced.md');
    await untilRead(owner, id);
    return { path: `/api/documents/${id}/original?filename=new.md`, options: { body: `# New\n\n${randomUUID()}` } };
  },
  'post /api/documents/{document_id}/cancel': () => ({ path: `/api/documents/${documentId}/cancel` }),
  'delete /api/documents/{document_id}': async () => ({
    path: `/api/documents/${await newDocument(corpusId, 'gone.md')}`,
  }),
  'post /api/bin/corpora/{corpus_id}/restore': async () => ({
    path: `/api/bin/corpora/${await binned('corpora', await newCorpus())}/restore`,
    options: { json: {} },
  }),
  'delete /api/bin/corpora/{corpus_id}': async () => ({
    path: `/api/bin/corpora/${await binned('corpora', await newCorpus())}`,
  }),
  'post /api/bin/documents/{document_id}/restore': async () => ({
    path: `/api/bin/documents/${await binned('documents', await newDocument(corpusId, 'back.md'))}/restore`,
  }),
  'delete /api/bin/documents/{document_id}': async () => ({
    path: `/api/bin/documents/${await binned('documents', await newDocument(corpusId, 'forever.md'))}`,
  }),
  'post /api/corpora/{corpus_id}/evaluation/questions': () => ({
    path: `/api/corpora/${corpusId}/evaluation/questions`,
    options: { json: { question: 'When does the gate open?', expected: [documentId] } },
  }),
  'delete /api/corpora/{corpus_id}/evaluation/questions/{question_id}': async () => ({
    path: `/api/corpora/${corpusId}/evaluation/questions/${await keepQuestion(owner, corpusId, 'Which gate?', documentId)}`,
  }),
  'post /api/corpora/{corpus_id}/evaluation/import': () => ({
    path: `/api/corpora/${corpusId}/evaluation/import`,
    options: {
      json: { queries: [{ id: '1', text: 'Where is the gate?' }], qrels: [{ qid: '1', did: documentId, rel: 1 }] },
    },
  }),
  'get /api/corpora/{corpus_id}/evaluation/export': () => ({
    path: `/api/corpora/${corpusId}/evaluation/export?file=qrels`,
  }),
  'post /api/corpora/{corpus_id}/evaluation/runs': async () => {
    await keepQuestion(owner, corpusId, 'When does it open?', documentId);
    return { path: `/api/corpora/${corpusId}/evaluation/runs` };
  },
  'get /api/corpora/{corpus_id}/evaluation/runs/{run_id}': async () => {
    await keepQuestion(owner, corpusId, 'When does it open?', documentId);
    return { path: `/api/corpora/${corpusId}/evaluation/runs/${(await measured(owner, corpusId)).run_id}` };
  },
  'post /api/search': () => ({ path: '/api/search', options: { json: { query: 'gate' } } }),
  'post /api/admin/sessions/{id}/invalidate': async () => ({
    path: `/api/admin/sessions/${await newSession()}/invalidate`,
  }),
  'post /api/admin/sessions/{id}/content': async () => ({
    path: `/api/admin/sessions/${await newSession()}/content`,
    options: { json: { reason: 'asked by the owner' } },
  }),
  'post /api/admin/sessions/invalidate': async () => ({
    path: '/api/admin/sessions/invalidate',
    options: { json: { session_ids: [await newSession()] } },
  }),
  'post /api/admin/users': () => ({
    path: '/api/admin/users',
    options: { json: { username: `made-${randomUUID()}`, password: 'a long enough one' } },
  }),
  'patch /api/admin/users/{id}': async () => ({
    path: `/api/admin/users/${(await server().person()).user.id}`,
    options: { json: { display_name: 'Renamed' } },
  }),
  'delete /api/admin/users/{id}': async () => ({ path: `/api/admin/users/${(await server().person()).user.id}` }),
  'post /api/auth/login/second-factor': async () => {
    if ((await twoSteps)?.codes.length === 0) twoSteps = undefined;
    const { username, codes } = await (twoSteps ??= givenTwoSteps());
    const first = await server().anonymous.post('/api/auth/login', { username, password: twoStepsPassword });
    const { challenge } = refused(first, 401, 'second_factor_required');
    return { path: '/api/auth/login/second-factor', options: { json: { challenge, code: codes.pop() } } };
  },
  'post /api/account/second-factor/begin': () => ({
    path: '/api/account/second-factor/begin',
    options: { json: { password: 'not the password' } },
  }),
  'post /api/account/second-factor/confirm': () => ({
    path: '/api/account/second-factor/confirm',
    options: { json: { code: '000000' } },
  }),
  'post /api/account/second-factor/recovery-codes': () => ({
    path: '/api/account/second-factor/recovery-codes',
    options: { json: { password: 'not the password', code: '000000' } },
  }),
  'post /api/account/second-factor/turn-off': () => ({
    path: '/api/account/second-factor/turn-off',
    options: { json: { password: 'not the password', code: '000000' } },
  }),
  'post /api/account/import': () => ({
    path: '/api/account/import',
    options: { body: exportWith([writtenSession()]) },
  }),
  'post /api/account/import/conversations': () => ({
    path: '/api/account/import/conversations?preview=true',
    options: { body: JSON.stringify([chatgptTalk('c', 'tea')]) },
  }),
  'post /api/account/erase': () => ({
    path: '/api/account/erase',
    options: { json: { password: 'not the password' } },
  }),
  'post /api/admin/users/{id}/erase': async () => ({
    path: `/api/admin/users/${(await server().person()).user.id}/erase`,
    options: { json: {} },
  }),
  'delete /api/admin/users/{id}/second-factor': async () => ({
    path: `/api/admin/users/${(await server().person()).user.id}/second-factor`,
  }),
  'put /api/admin/second-factor': () => ({ path: '/api/admin/second-factor', options: { json: { required_for: [] } } }),
  'post /api/account/oidc/link': () => ({
    path: '/api/account/oidc/link',
    options: { json: { password: 'not the password' } },
  }),
  'post /api/account/oidc/unlink': () => ({
    path: '/api/account/oidc/unlink',
    options: { json: { password: 'not the password' } },
  }),
  'delete /api/admin/users/{id}/oidc': async () => ({
    path: `/api/admin/users/${(await server().person()).user.id}/oidc`,
  }),
  'post /api/auth/links/check': async () => ({
    path: '/api/auth/links/check',
    options: { json: { purpose: 'invitation', token: tokenIn((await invite()).link) } },
  }),
  'post /api/auth/invitations/accept': async () => ({
    path: '/api/auth/invitations/accept',
    options: {
      json: {
        token: tokenIn((await invite()).link),
        username: `invited-${randomUUID()}`,
        password: 'a long enough one',
      },
    },
  }),
  'post /api/auth/resets/use': async () => {
    const { user } = await server().person();
    const { link } = answered(await server().admin.client.post(`/api/admin/users/${user.id}/reset`), 201, newReset);
    return {
      path: '/api/auth/resets/use',
      options: { json: { token: tokenIn(link), password: 'a long enough one' } },
    };
  },
  'post /api/auth/resets/ask': () => ({
    path: '/api/auth/resets/ask',
    options: { json: { account: `nobody-${randomUUID()}` } },
  }),
  'post /api/admin/users/{id}/reset': async () => ({
    path: `/api/admin/users/${(await server().person()).user.id}/reset`,
  }),
  'post /api/admin/invitations': () => ({ path: '/api/admin/invitations', options: { json: { role: 'curator' } } }),
  'post /api/admin/invitations/{id}/renew': async () => ({
    path: `/api/admin/invitations/${(await invite()).id}/renew`,
  }),
  'delete /api/admin/invitations/{id}': async () => ({ path: `/api/admin/invitations/${(await invite()).id}` }),
  'post /api/admin/groups': () => ({
    path: '/api/admin/groups',
    options: { json: { name: `Group ${randomUUID()}` } },
  }),
  'patch /api/admin/groups/{id}': () => ({
    path: `/api/admin/groups/${groupId}`,
    options: { json: { name: `Renamed ${randomUUID()}` } },
  }),
  'put /api/admin/groups/{id}/grants/{kind}/{objectId}': () => ({
    path: `/api/admin/groups/${groupId}/grants/corpus/${corpusId}`,
    options: { json: { level: 'read' } },
  }),
  'put /api/corpora/{corpus_id}/access/{group_id}': () => ({
    path: `/api/corpora/${corpusId}/access/${groupId}`,
    options: { json: { level: 'read' } },
  }),
  'post /api/admin/agents': () => ({
    path: '/api/admin/agents',
    options: { json: { definition: agentDefinition(`Agent ${randomUUID()}`) } },
  }),
  'post /api/admin/agent-preview': () => ({
    path: '/api/admin/agent-preview',
    options: { json: { definition: agentDefinition('Seen before') } },
  }),
  'post /api/admin/agent-tests': () => ({
    path: '/api/admin/agent-tests',
    options: { json: { definition: agentDefinition('Tried out') } },
  }),
  'put /api/admin/agent-tests/{session_id}': async () => ({
    path: `/api/admin/agent-tests/${await newAgentTest(server().admin, agentDefinition('Tried out'))}`,
    options: { json: { definition: agentDefinition('Tried out') } },
  }),
  'get /api/admin/agents/{agent_id}': () => ({ path: '/api/admin/agents/librarian' }),
  'put /api/admin/agents/{agent_id}': async () => {
    const { id, definition } = await newAgent(server().admin);
    return { path: `/api/admin/agents/${id}`, options: { json: { base_version: 1, definition } } };
  },
  'delete /api/admin/agents/{agent_id}': async () => ({
    path: `/api/admin/agents/${(await newAgent(server().admin)).id}`,
  }),
  'put /api/admin/agents/{agent_id}/active': async () => ({
    path: `/api/admin/agents/${(await newAgent(server().admin)).id}/active`,
    options: { json: { is_active: false } },
  }),
  'get /api/admin/agents/{agent_id}/versions': () => ({ path: '/api/admin/agents/librarian/versions' }),
  'get /api/admin/agents/{agent_id}/versions/{version}': () => ({ path: '/api/admin/agents/librarian/versions/1' }),
  'post /api/admin/agents/{agent_id}/restore': async () => ({
    path: `/api/admin/agents/${(await newAgent(server().admin)).id}/restore`,
    options: { json: { base_version: 1, version: 1 } },
  }),
  'put /api/admin/agents/{agent_id}/default-corpora': () => ({
    path: '/api/admin/agents/librarian/default-corpora',
    options: { json: { corpora: [] } },
  }),
  'put /api/admin/agent-defaults': () => ({
    path: '/api/admin/agent-defaults',
    options: { json: { everyone_agent_id: 'librarian', groups: [] } },
  }),
  'put /api/admin/budgets/everybody': () => ({
    path: '/api/admin/budgets/everybody',
    options: { json: { turns_per_day: 1_000_000, tokens_per_day: null } },
  }),
  'get /api/admin/usage/export': () => ({ path: '/api/admin/usage/export?chart=turns' }),
  'get /api/admin/retention/{kind}/preview': () => ({ path: '/api/admin/retention/sessions/preview?keep_days=30' }),
  'put /api/admin/retention/{kind}': () => ({
    path: '/api/admin/retention/sessions',
    options: { json: { keep_days: null, would_go: 0, confirmed: false } },
  }),
  'post /api/admin/holds': async () => ({
    path: '/api/admin/holds',
    options: { json: { kind: 'session', session_id: await newSession(), reason: 'A lawsuit' } },
  }),
  'post /api/admin/holds/{id}/release': async () => ({
    path: `/api/admin/holds/${await heldSession(server().admin, await newSession())}/release`,
    options: { json: { reason: 'It is over' } },
  }),
  'post /api/account/announcement/dismiss': () => ({
    path: '/api/account/announcement/dismiss',
    options: { json: { version: randomUUID() } },
  }),
  'put /api/admin/announcement': () => ({
    path: '/api/admin/announcement',
    options: { json: { announcement: null } },
  }),
  'get /api/branding/colours/{colour}': () => ({ path: '/api/branding/colours/224466' }),
  'put /api/admin/branding': async () => ({
    path: '/api/admin/branding',
    options: { json: { read_version: await brandingVersion(), branding: { name: null, accent: null } } },
  }),
  'put /api/admin/branding/logo': async () => ({
    path: '/api/admin/branding/logo',
    options: { json: { read_version: await brandingVersion(), logo: null } },
  }),
  'get /api/branding/logo/{version}': async () => {
    const logo = { alt: '', base64: pngOf(2, 2).toString('base64') };
    const { client } = server().admin;
    const put = await client.put('/api/admin/branding/logo', { read_version: await brandingVersion(), logo });
    return { path: `/api/branding/logo/${answered(put, 200, brandingState).logo?.version}` };
  },
  'put /api/admin/usage/prices': () => ({
    path: '/api/admin/usage/prices',
    options: { json: { currency: 'EUR', models: [] } },
  }),
  'put /api/admin/models/default': () => ({
    path: '/api/admin/models/default',
    options: { json: { endpoint_id: 'environment', model: 'scripted' } },
  }),
  'post /api/admin/models/endpoints': () => ({
    path: '/api/admin/models/endpoints',
    options: { json: endpointBody(`Endpoint ${randomUUID()}`) },
  }),
  'put /api/admin/models/endpoints/{id}': async () => ({
    path: `/api/admin/models/endpoints/${(await newEndpoint(server().admin)).id}`,
    options: { json: { ...endpointBody(`Endpoint ${randomUUID()}`), version: 1 } },
  }),
  'delete /api/admin/models/endpoints/{id}': async () => ({
    path: `/api/admin/models/endpoints/${(await newEndpoint(server().admin)).id}`,
  }),
  'post /api/admin/models/test': () => ({
    path: '/api/admin/models/test',
    options: { json: { of: 'environment', model: 'scripted' } },
  }),
  'post /api/admin/models/list': () => ({
    path: '/api/admin/models/list',
    options: { json: { of: 'environment' } },
  }),
  'put /api/admin/sign-in': () => ({
    path: '/api/admin/sign-in',
    options: { json: { passwords_for: 'everybody' } },
  }),
  'get /api/admin/budgets/{kind}/{subjectId}': () => ({ path: `/api/admin/budgets/group/${groupId}` }),
  'put /api/admin/budgets/{kind}/{subjectId}': () => ({
    path: `/api/admin/budgets/group/${groupId}`,
    options: { json: { turns_per_day: 5, tokens_per_day: 5_000 } },
  }),
  'delete /api/admin/budgets/{kind}/{subjectId}': () => ({ path: `/api/admin/budgets/group/${groupId}` }),
  'delete /api/admin/groups/{id}': async () => ({
    path: `/api/admin/groups/${(await newGroup(server().admin)).id}`,
  }),
};

/** The request of a route: its own, or its address with the shared objects in it. */
async function requestFor(key: string): Promise<Request> {
  const [verb, template = ''] = key.split(' ');
  const own = requests[key] ?? (verb === 'stream' ? requests[`get ${template}`] : undefined);
  if (own) return own();
  const ids: Record<string, string> = {
    corpus_id: corpusId,
    document_id: documentId,
    userId: owner.user.id,
    kind: 'corpus',
    objectId: corpusId,
    group_id: groupId,
    id: await idFor(template),
  };
  return { path: template.replaceAll(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? '') };
}

async function idFor(template: string): Promise<string> {
  if (template.startsWith('/api/admin/users')) return owner.user.id;
  return template.startsWith('/api/admin/groups') ? groupId : newSession();
}

/** Streams are closed at once: that they open is what counts. */
async function ring(client: Client, key: string, request: Request): Promise<Reply | SseReader> {
  const [verb = ''] = key.split(' ');
  const isStream =
    verb === 'stream' || (verb === 'get' && /\/feed$|\/admin\/(?:now|sessions)\/events$/.test(request.path));
  if (!isStream) return client.call(verb.toUpperCase(), request.path, request.options);
  const opened = await client.open(request.path, request.options);
  if (opened instanceof SseReader) await opened.close();
  return opened;
}

const statusOf = (reply: Reply | SseReader) => (reply instanceof SseReader ? 200 : reply.status);

describe('access', () => {
  test('every route that the API describes is in the reviewed table, and no other', async () => {
    const described = (await describedOperations(server().anonymous)).map(({ method, path }) => `${method} ${path}`);
    const streams = streamPaths.map((path) => `stream ${path}`);
    expect([...described, ...streams].toSorted()).toEqual(Object.keys(accessMatrix).toSorted());
  });

  test('each kind of person is answered at each route as the table says', async () => {
    let cells = 0;
    const wrong: string[] = [];
    for (const [key, expected] of Object.entries(accessMatrix)) {
      for (const who of everybody) {
        // Signing out uses up the login, so somebody else does it.
        const client =
          key === 'post /api/auth/logout' && expected[who] < 400 ? (await server().person()).client : people[who];
        const reply = await ring(client, key, await requestFor(key));
        cells += 1;
        if (statusOf(reply) !== expected[who]) wrong.push(`${key} as ${who}: ${statusOf(reply)}, not ${expected[who]}`);
        else if (!(reply instanceof SseReader) && reply.status >= 400) refused(reply, expected[who]);
      }
    }
    expect(wrong).toEqual([]);
    expect(cells).toBe(Object.keys(accessMatrix).length * everybody.length);
    console.info(`access: ${cells} cells of ${Object.keys(accessMatrix).length} routes checked`);
  }, 240_000);

  test('each of three keys is answered at each route as its table says, in either header', async () => {
    const administrator: Person = { ...owner, client: people.administrator };
    const revoked = await newKey(owner, apiScope.options.slice(0, 4));
    expect((await owner.client.delete(`/api/account/keys/${revoked.id}`)).status).toBe(204);
    const keys = {
      reading: (await newKey(owner, ['sessions:read', 'knowledge:read'])).key,
      full: (await newKey(administrator, apiScope.options)).key,
      revoked: revoked.key,
    };
    let cells = 0;
    const wrong: string[] = [];
    for (const [route, expected] of Object.entries(keyMatrix)) {
      const rows = { ...expected, revoked: accessMatrix[route]?.anonymous };
      for (const [name, key] of Object.entries(keys)) {
        const wanted = rows[name as keyof typeof rows];
        for (const headers of [{ authorization: `Bearer ${key}` }, { 'x-api-key': key }]) {
          const { path, options } = await requestFor(route);
          const reply = await ring(people.anonymous, route, { path, options: { ...options, headers } });
          cells += 1;
          const status = statusOf(reply);
          // Beyond a measure the network of keys that are not valid is told to wait.
          const isRefused = name === 'revoked' && wanted === 401 && (status === 401 || status === 429);
          if (status !== wanted && !isRefused) {
            wrong.push(`${route} with the ${name} key in ${Object.keys(headers).join()}: ${status}, not ${wanted}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(Object.keys(keyMatrix).toSorted()).toEqual(Object.keys(accessMatrix).toSorted());
    console.info(`access: ${cells} cells of keys checked`);
  }, 240_000);

  test('a foreign session, and a session that does not exist, are answered alike', async () => {
    const sessionId = await newSession();
    const { turn } = await ask(owner, sessionId, 'my secret question');
    const strangers = [people.stranger, people.curator, people.administrator];
    const keys = Object.keys(accessMatrix).filter((key) => / \/api\/sessions\/\{id\}/.test(key));
    expect(keys.length).toBeGreaterThan(9);
    for (const key of keys) {
      const { path, options } = await requestFor(key);
      const template = path.replace(/\/sessions\/[^/]+/, '/sessions/ID').replace(/\/turns\/[^/]+/, '/turns/TURN');
      for (const client of strangers) {
        const answers: unknown[] = [];
        for (const [id, turnId] of [
          [sessionId, turn.turn_id],
          [randomUUID(), turn.turn_id],
          [randomUUID(), randomUUID()],
        ]) {
          const target = template.replace('ID', id ?? '').replace('TURN', turnId ?? '');
          const reply = await ring(client, key, { path: target, ...(options && { options }) });
          if (reply instanceof SseReader) throw new Error(`A stranger's stream opened: ${target}`);
          const { request_id: _id, ...rest } = refused(reply, 404, 'not_found');
          answers.push(rest);
        }
        expect(answers[1]).toEqual(answers[0]);
        expect(answers[2]).toEqual(answers[0]);
      }
    }
  });

  test('a turn is reached through its own session only', async () => {
    const [mine, other] = [await newSession(), await newSession()];
    const { turn } = await ask(owner, other, 'in the other session');
    refused(await owner.client.post(`/api/sessions/${mine}/turns/${turn.turn_id}/stop`), 404, 'not_found');
    const reply = await owner.client.post(`/api/sessions/${mine}/turns`, {
      client_turn_id: randomUUID(),
      text: 'again, please',
      replaces_turn_id: turn.turn_id,
    });
    refused(reply, 400, 'bad_request');
  });

  test('the feed tells nothing of a session that is not mine', async () => {
    const sessionId = await newSession();
    await ask(owner, sessionId, 'the secret word is Zanzibar');
    for (const client of [people.stranger, people.administrator]) {
      const feed = await client.stream(`/api/feed?sessions=${sessionId}@0`);
      await feed.until('gone', ({ frames }) => frames.find((frame) => frame.event === 'gone'));
      expect(feed.events).toEqual([]);
      expect(feed.raw).not.toContain('Zanzibar');
      await feed.close();
    }
  });

  test('what is no credential opens no route', async () => {
    const revoked = await server().person();
    await revoked.client.post('/api/auth/logout');
    const suspended = await server().person();
    await server().admin.client.patch(`/api/admin/users/${suspended.user.id}`, { is_active: false });
    const good = owner.client.token ?? '';
    const attempts: CallOptions[] = [
      { token: null },
      { token: '' },
      { token: 'undefined' },
      { token: 'null' },
      { token: revoked.client.token },
      { token: suspended.client.token },
      { token: good.slice(0, -1) },
      { token: `${good}x` },
      { token: null, headers: { authorization: `Basic ${Buffer.from(`admin:${good}`).toString('base64')}` } },
      { token: null, headers: { authorization: good } },
      { token: null, headers: { cookie: 'perdure=' } },
      { token: null, headers: { cookie: `__Host-perdure=${good}` } },
      { token: null, headers: { 'x-api-key': good } },
      // An empty bearer header is no credential, and hides a good cookie.
      { token: null, headers: { authorization: 'Bearer ', cookie: `perdure=${good}` } },
    ];
    let checked = 0;
    for (const [key, cells] of Object.entries(accessMatrix)) {
      if (cells.anonymous !== 401) continue;
      const { path, options } = await requestFor(key);
      for (const attempt of attempts) {
        const reply = await ring(people.anonymous, key, { path, options: { ...options, ...attempt } });
        if (reply instanceof SseReader) throw new Error(`A stream opened without a credential: ${key}`);
        refused(reply, 401, 'unauthenticated');
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(400);
  }, 60_000);

  test('a token in the address is no credential', async () => {
    const token = owner.client.token ?? '';
    for (const name of ['token', 'access_token', 'authorization']) {
      expect((await people.anonymous.get(`/api/sessions?${name}=${token}`)).status).toBe(401);
    }
  });

  test('the cookie of a sign-in is as good as its token', async () => {
    const json = { username: 'admin', password: server().adminPassword };
    const reply = await people.anonymous.post('/api/auth/login', json);
    const [cookie = ''] = reply.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^perdure=[\w-]{43}; .*HttpOnly/);
    expect(cookie).toMatch(/SameSite=(?:Lax|Strict)/);
    const headers = { cookie: cookie.split(';')[0] ?? '', 'sec-fetch-site': 'same-origin' };
    expect((await people.anonymous.get('/api/auth/me', { headers })).status).toBe(200);
    expect((await people.anonymous.post('/api/auth/logout', undefined, { headers })).status).toBe(204);
    expect((await people.anonymous.get('/api/auth/me', { headers })).status).toBe(401);
  });
});
