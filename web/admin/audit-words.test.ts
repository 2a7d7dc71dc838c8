import { expect, test } from 'vitest';
import { type AuditRecord, auditAction } from '../../src/contract/audit.ts';
import { auditSentence } from './audit-words.ts';

const record = (more: Partial<AuditRecord>): AuditRecord => ({
  id: 1,
  at: '2026-11-26T10:00:00.000Z',
  actor: { id: 'admin', name: 'admin' },
  action: 'user.created',
  object: { kind: 'user', id: 'bob', name: 'bob' },
  related: null,
  facts: {},
  personal: null,
  chain_no: 1,
  ...more,
});
const words = (more: Partial<AuditRecord>) => auditSentence(record(more), (_object, name) => name);

const finance = { kind: 'group', id: 'f', name: 'Finance' } as const;
const endpoint = { kind: 'model_endpoint', id: 'e', name: 'Local' } as const;
const salaries = { kind: 'corpus', id: 's', name: 'Salaries' } as const;

test.each<[Partial<AuditRecord>, string]>([
  [{ action: 'corpus.changed', object: salaries, facts: { archived: true } }, 'archived the corpus Salaries'],
  [
    { action: 'corpus.changed', object: salaries, facts: { archived: false } },
    'brought the corpus Salaries back from the archive',
  ],
  [
    { action: 'corpus.changed', object: salaries, facts: { archived: true, description_changed: true } },
    'changed the corpus Salaries: a new description, archived',
  ],
  [
    {
      action: 'corpus.changed',
      object: salaries,
      facts: { tags: 2 },
      personal: { name: 'Salaries', tags: ['HR', 'Pay'] },
    },
    'changed the corpus Salaries: tags “HR”, “Pay”',
  ],
  [
    { action: 'corpus.given', object: salaries, related: { kind: 'user', id: 'c', name: 'cleo' } },
    'gave the corpus Salaries to cleo',
  ],
  [
    { action: 'corpus.changed', object: salaries, personal: { name: 'Salaries', was: 'Pay' } },
    'renamed the corpus “Pay” to “Salaries”: Salaries',
  ],
  [
    { action: 'session_list.exported', facts: { status: 'all', agent_id: 'librarian', searched: true } },
    'exported the list of sessions, status all, narrowed to the agent librarian and a search',
  ],
  [
    { action: 'usage.exported', facts: { chart: 'first_text', by: 'agent', from: '2026-11-01' } },
    'exported a chart of use: first text by agent from 2026-11-01',
  ],
  [
    { action: 'prices.put', facts: { currency: 'EUR', per_million: ['small: 1, 2'] } },
    'set the prices of models in EUR: small: 1, 2 for a million tokens in and out',
  ],
  [
    { action: 'model_endpoint.added', object: endpoint, facts: { origin: 'https://models.example' } },
    'added the model endpoint Local at https://models.example',
  ],
  [
    {
      action: 'model_endpoint.changed',
      object: { ...endpoint, name: null },
      facts: { origin: 'https://other.example', is_moved: true, is_other_key: true, has_key: true },
      personal: { name: 'Local' },
    },
    'changed the model endpoint Local (now at https://other.example, with another key)',
  ],
  [{ action: 'model.default_set', facts: { endpoint_id: 'e', model: 'small' } }, 'made small the default model'],
  [
    {
      action: 'setting.changed',
      object: { kind: 'setting', id: 'sign_in.passwords_for_administrators_only', name: null },
      facts: { value: true },
    },
    'let only administrators sign in with a password',
  ],
  [{ action: 'user.created', facts: { role: 'member' } }, 'created the user bob as member'],
  [
    {
      action: 'document.tagged',
      object: { kind: 'document', id: 'd', name: 'Fees' },
      related: salaries,
      personal: { title: 'Fees', added: ['Draft', 'Tea'], removed: ['Final'] },
    },
    'changed the tags of the document Fees (added “Draft”, “Tea”; removed “Final”) in Salaries',
  ],
  [
    {
      action: 'document.tagged',
      object: { kind: 'document', id: 'd', name: 'Fees' },
      related: salaries,
      personal: null,
    },
    'changed the tags of the document Fees in Salaries',
  ],
  [{ action: 'user.changed', facts: { role: 'curator', role_was: 'member' } }, 'made bob a curator'],
  [{ action: 'user.changed', facts: { role: 'administrator' } }, 'made bob an administrator'],
  [{ action: 'user.changed', facts: { is_active: false } }, 'deactivated bob'],
  [{ action: 'user.changed', facts: { password_changed: true } }, 'set a new password for bob'],
  [
    { action: 'user.changed', facts: { display_name_changed: true }, personal: { display_name: 'Bob B.' } },
    'changed the display name of bob to “Bob B.”',
  ],
  [{ action: 'user.changed', facts: { display_name_changed: true } }, 'changed the display name of bob to (erased)'],
  [
    { action: 'user.changed', facts: { email_changed: true }, personal: { email: 'bob@example.org', email_was: null } },
    'changed the user bob: mail address “bob@example.org”',
  ],
  [
    { action: 'user.changed', facts: { email_changed: true, role: 'curator' }, personal: { email: null } },
    'changed the user bob: role curator, no mail address',
  ],
  [
    { action: 'user.reset_asked_for', actor: null, personal: { address: '192.0.2.1', user_agent: 'x' } },
    'sent a link for a new password to bob, asked for from 192.0.2.1',
  ],
  [
    { action: 'user.changed', facts: { role: 'member', is_active: true } },
    'changed the user bob: role member, activated',
  ],
  [
    {
      action: 'agent.corpora_set',
      object: { kind: 'agent', id: 'l', name: 'Librarian' },
      facts: { corpora: ['s', 't'] },
    },
    'set the default corpora of the agent Librarian (2)',
  ],
  [
    { action: 'agent.corpora_set', object: { kind: 'agent', id: 'l', name: 'Librarian' }, facts: { corpora: [] } },
    'took the default corpora away from the agent Librarian',
  ],
  [
    { action: 'agent.changed', object: { kind: 'agent', id: 'l', name: 'Librarian' }, facts: { version: 3 } },
    'saved the agent Librarian as version 3',
  ],
  [
    {
      action: 'agent.restored',
      object: { kind: 'agent', id: 'l', name: 'Librarian' },
      facts: { version: 4, restored: 2 },
    },
    'brought version 2 of the agent Librarian back',
  ],
  [{ action: 'agent.defaults_set', facts: { defaults: ['g: l', 'h: m'], was: [] } }, 'set the default agents (2)'],
  [{ action: 'agent.defaults_set', facts: { defaults: [], was: ['g: l'] } }, 'took all default agents away'],
  [
    {
      action: 'retention.put',
      object: { kind: 'setting', id: 'retention.document_bin', name: null },
      facts: { keep_days: 10, was: null, would_go: 0 },
    },
    'set that deleted corpora and documents are kept for 10 days, before: for ever',
  ],
  [
    {
      action: 'retention.swept',
      object: { kind: 'setting', id: 'retention.document_accesses', name: null },
      facts: { rows: 2, keep_days: 30 },
    },
    'erased 2 rows by a rule: openings of documents are kept for 30 days',
  ],
  [
    { action: 'user.signed_in', facts: { failures_before: 1 }, personal: { address: '192.0.2.1' } },
    'signed in from 192.0.2.1 after 1 wrong password',
  ],
  [
    { action: 'user.sign_in_refused', object: { kind: 'user', id: 'unknown', name: null }, facts: { failures: 5 } },
    'refused sign-ins to a username nobody has after 5 wrong passwords',
  ],
  [
    { action: 'group.member_added', object: finance, related: { kind: 'user', id: 'bob', name: 'bob' } },
    'added bob to the group Finance',
  ],
  [
    { action: 'grant.put', object: finance, related: salaries, facts: { level: 'curate', was: 'read' } },
    'granted Salaries to the group Finance (curate, before: read)',
  ],
  [
    { action: 'group.deleted', object: { ...finance, name: null }, facts: { name: 'Finance' } },
    'deleted the group Finance',
  ],
  [
    { action: 'user.deleted', object: { kind: 'user', id: '00000000-0000-4000-8000-000000000001', name: null } },
    'deleted the user 00000000',
  ],
])('%o', (given, sentence) => {
  expect(words(given)).toBe(sentence);
});

test('an action that this version does not know is told by its name', () => {
  expect(words({ action: 'user.cloned' })).toBe('did “user.cloned” to bob');
});

test.each(auditAction.options)('%s is said in words whatever its record lacks', (action) => {
  const sentence = words({ action, object: { kind: 'user', id: 'x', name: null } });
  expect(sentence).toMatch(/^[a-z]/);
  expect(sentence).not.toMatch(/undefined|null|\[object/);
});
