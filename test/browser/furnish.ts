import { corpus, documentList, document as documentShape, documentText } from '../../src/contract/documents.ts';
import { newAgent, saveAgent } from '../agents.ts';
import { announcementOf } from '../announcements.ts';
import { answered } from '../client.ts';
import { keepQuestion, measured } from '../evaluation.ts';
import { type GivenServer, openSession, type Person } from '../given.ts';
import { newGroup } from '../groups.ts';
import { heldSession } from '../holds.ts';
import { newKey } from '../keys.ts';
import { newEndpoint } from '../model-endpoints.ts';
import { ask, send } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import { pdfOf } from './pdf-of.ts';

/** A page of the app, and words that stand on it once it is drawn: a whole message of the app, or what the house has. */
export type KnownPage = { name: string; path: string; shows: string };

/** A team that has used it a while: a corpus, sessions, people, and a turn that failed. Gives the pages worth looking at. */
export async function furnish({ admin, model }: GivenServer): Promise<KnownPage[]> {
  model.always({ librarian: true, text: answer });
  const pages = await furnishHouse(admin);
  model.always({ status: 429, headers: { 'retry-after': '0' } });
  const { session_id: failed } = await openSession(admin);
  await ask(admin, failed, 'Which model answers?');
  return [...pages, { name: 'failed-turn', path: `/sessions/${failed}`, shows: 'Try again' }];
}

async function furnishHouse(admin: Person): Promise<KnownPage[]> {
  const { client } = admin;
  const description =
    'How the house is run: holidays, travel, sick days, and whom to call when the heating fails at night.';
  const made = answered(await client.post('/api/corpora', { name: 'House rules', description }), 201, corpus);
  const files: [string, string | Uint8Array][] = [
    ['boiler.pdf', await pdfOf(['The boiler\n\nIt stands in the cellar.', boilerPage], { title: 'The boiler' })],
    ['holidays-and-other-days-off.md', rules],
    ['heating.txt', 'When the heating fails at night, call the caretaker. Her number hangs beside the boiler.\n'],
    ['broken.pdf', '%PDF-1.7 broken'],
  ];
  for (const [filename, body] of files) {
    await client.call('POST', `/api/corpora/${made.id}/documents?filename=${filename}`, { body });
  }
  const path = `/api/corpora/${made.id}/documents`;
  const documents = await waitFor('all documents are read', async () => {
    const list = answered(await client.get(path), 200, documentList).documents;
    return list.every(({ state }) => state === 'ready' || state === 'failed') && list;
  });
  const document = documents.find(({ title }) => title.startsWith('Holidays'));
  const boiler = documents.find(({ title }) => title === 'The boiler')?.document_id;
  const tags = ['Days off', 'For everybody who works in this house', 'Rules'];
  const tagged: [string, string[]][] = [
    [document?.document_id ?? '', tags],
    [boiler ?? '', ['Cellar']],
  ];
  for (const [id, given] of tagged) {
    answered(await client.patch(`/api/documents/${id}`, { tags: given }), 200, documentShape);
  }
  await keepQuestion(admin, made.id, 'How many days of holiday are there?', document?.document_id ?? '');
  await measured(admin, made.id);
  const own = await newAgent(admin, { name: 'Holiday desk', description: 'Knows about days off.', max_steps: 6 });
  await saveAgent(admin, 'librarian', { instructions: 'Search first.\n\nBe brief.', max_steps: 6 });
  const { text } = answered(await client.get(`/api/documents/${boiler}/text`), 200, documentText);
  const start = text.indexOf('Turn the red valve');
  const gone = documents.find(({ title }) => title === 'heating')?.document_id;
  for (const [username, role] of [
    ['a.rather.long.name@department.example', 'member'],
    ['bob', 'curator'],
  ]) {
    await client.post('/api/admin/users', { username, password: 'only in tests 2026', role });
  }
  const scopes = ['sessions:read', 'knowledge:read', 'knowledge:write', 'admin:read'] as const;
  await newKey(admin, scopes, { name: 'A rather long name for a key of the nightly report' });
  await newKey(admin, ['sessions:read'], { name: 'Sync' });
  const group = await newGroup(admin, [admin], 'Everybody who keeps the rules of the house, and the caretaker too');
  const finance = await newGroup(admin, [], 'Finance');
  await client.put('/api/admin/agent-defaults', {
    everyone_agent_id: null,
    groups: [group, finance].map(({ id }) => ({ group_id: id, agent_id: 'librarian' })),
  });
  // Enough for all that follows.
  const budget = { turns_per_day: 5_000, tokens_per_day: 2_000_000 };
  for (const of of ['everybody', `group/${group.id}`, `user/${admin.user.id}`]) {
    await client.put(`/api/admin/budgets/${of}`, budget);
  }
  await newEndpoint(admin, {
    name: 'The machine with the large graphics card in the cellar',
    models: ['a-rather-long-name-of-a-model:70b-instruct-q4_K_M', 'a', 'b', 'c', 'd', 'e', 'f', 'g'],
  });
  await heldSession(admin, (await openSession(admin)).session_id);
  const announcement = announcementOf('The cellar is closed on Friday. See https://house.example/cellar.');
  await client.put('/api/admin/announcement', { announcement });
  const { session_id: sessionId } = await openSession(admin, { corpora: [made.id] });
  const { turn } = await ask(
    admin,
    sessionId,
    'How many days of holiday does one have, and what is left at the end of the year?',
  );
  await client.delete(`/api/documents/${gone}`);
  const { session_id: empty } = await openSession(admin);
  await send(
    admin,
    (await openSession(admin)).session_id,
    'Averyveryverylongwordwithoutanybreakthatmustbecutsomewhereorelse'.repeat(3),
  );
  return [
    { name: 'home', path: '/', shows: 'Go on with' },
    { name: 'new-session', path: `/sessions/${empty}`, shows: 'What would you like to know?' },
    { name: 'session', path: `/sessions/${sessionId}?source=${turn.turn_id}:1`, shows: 'Whole document' },
    { name: 'answer', path: `/sessions/${sessionId}`, shows: 'Days off' },
    { name: 'corpora', path: '/knowledge', shows: 'House rules' },
    { name: 'corpus', path: `/knowledge/${made.id}`, shows: 'Failed' },
    { name: 'document', path: `/documents/${document?.document_id}?version=1&start=30&end=120`, shows: 'thirty days' },
    {
      name: 'document-pdf',
      path: `/documents/${boiler}?version=1&start=${start}&end=${text.length}`,
      shows: 'Original',
    },
    { name: 'document-text', path: `/documents/${boiler}?view=text`, shows: 'stands in the cellar' },
    { name: 'document-gone', path: `/documents/${gone}`, shows: 'This document was deleted.' },
    { name: 'try-question', path: `/knowledge/${made.id}/try?q=days%20of%20holiday`, shows: 'By its words' },
    {
      name: 'try-filtered',
      path: `/knowledge/${made.id}/try?q=days%20of%20holiday&tags=["Rules"]&documents=["${document?.document_id}"]&from=2020-01-01`,
      shows: 'Search all documents',
    },
    { name: 'evaluation', path: `/knowledge/${made.id}/evaluation`, shows: 'How many days of holiday are there?' },
    { name: 'now', path: '/admin/now', shows: 'Live' },
    { name: 'usage', path: '/admin/usage', shows: 'Time to the first words' },
    { name: 'admin-session', path: `/admin/sessions/${sessionId}`, shows: 'scripted' },
    { name: 'admin-sessions', path: '/admin/sessions', shows: 'Live' },
    { name: 'people', path: '/admin/users', shows: 'bob' },
    { name: 'user', path: `/admin/users/${admin.user.id}`, shows: 'May use' },
    { name: 'account', path: '/account', shows: 'A rather long name for a key' },
    { name: 'agents', path: '/admin/agents', shows: 'Holiday desk' },
    { name: 'own-agent', path: `/admin/agents/${own.id}`, shows: 'Save as a new version' },
    { name: 'agent', path: '/admin/agents/librarian', shows: 'Comes with Perdure, and was changed here.' },
    { name: 'new-agent', path: '/admin/agents/new', shows: 'Give it a name.' },
    { name: 'agent-versions', path: '/admin/agents/librarian/versions', shows: 'Be brief.' },
    { name: 'agent-version', path: '/admin/agents/librarian/versions?version=1', shows: 'Against version' },
    { name: 'groups', path: '/admin/groups', shows: 'House rules' },
    { name: 'group', path: `/admin/groups/${group.id}`, shows: 'admin' },
    { name: 'budgets', path: '/admin/budgets', shows: 'Messages today' },
    { name: 'audit', path: '/admin/audit', shows: 'Finance' },
    { name: 'settings-models', path: '/admin/settings/models', shows: 'Set by the environment' },
    { name: 'settings-embedder', path: '/admin/settings/embedder', shows: 'Test the embedder' },
    { name: 'settings-retention', path: '/admin/settings/retention', shows: 'Deleted sessions' },
    { name: 'settings-holds', path: '/admin/settings/holds', shows: 'A lawsuit' },
    { name: 'settings-branding', path: '/admin/settings/branding', shows: 'No logo is set.' },
    { name: 'settings-announcement', path: '/admin/settings/announcement', shows: 'This is announced now.' },
    { name: 'settings-sign-in', path: '/admin/settings/sign-in', shows: 'Authenticator app required for' },
    { name: 'server', path: '/admin/server', shows: 'Verified backup' },
    {
      name: 'no-session',
      path: '/sessions/00000000-0000-4000-8000-000000000000',
      shows: 'This session does not exist, or it is not yours.',
    },
    { name: 'nothing', path: '/nowhere', shows: 'There is nothing at this address.' },
  ];
}

const boilerPage = `When the pressure is low

Turn the red valve behind the boiler slowly to the left until the needle stands at two.
Then close it. Call the caretaker when the pres-
sure should fall below one bar.`;

const rules = `# Holidays and other days off

Everybody has thirty days of holiday a year. Days that are left at the end of the year can be taken until the end of March.

## Travel

Ask before you book. Keep the receipts.
`;

const answer = `# Days off

Everybody has **thirty days** a year, and what is left can be taken until the *end of March*.

| Kind | Days | Who decides about it and until when |
| --- | ---: | --- |
| Holiday | 30 | the team, four weeks before, in the calendar everybody can see |
| Moving house | 1 | nobody |

1. Ask your team.
2. Put it in the calendar:

\`\`\`ts
calendar.add({ from: '2026-08-03', to: '2026-08-21', reason: 'holiday', visibleTo: ['everybody', 'the caretaker too'] });
\`\`\`

> Days that are left can be taken later.

See \`days.md\``;
