import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { type AuditList, auditChainState, auditList } from '../../src/contract/audit.ts';
import { chainHash } from '../../src/store/audit-chain.ts';
import { answered, type Client, refused } from '../client.ts';
import { newCorpus } from '../documents.ts';
import { openSession, type Person } from '../given.ts';
import { newGroup } from '../groups.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'warn' } });
let admin: Client;
let adminId: string;
beforeAll(() => {
  admin = server().admin.client;
  adminId = server().admin.user.id;
});

const list = async (query = ''): Promise<AuditList> =>
  answered(await admin.get(`/api/admin/audit${query}`), 200, auditList);
/** Records as they are once sealed or before. */
const facts = async (query: string) => (await list(query)).records.map(({ chain_no: _, ...record }) => record);
const actionsOn = async (objectId: string) =>
  (await list(`?object_id=${objectId}`)).records.map(({ action }) => action).toReversed();

/** A group in which something happened. */
async function givenHistory(): Promise<{ person: Person; groupId: string }> {
  const person = await server().person();
  const { id } = await newGroup(server().admin, [person]);
  expect((await admin.put(`/api/admin/groups/${id}/grants/agent/librarian`, { level: 'use' })).status).toBe(204);
  expect((await admin.patch(`/api/admin/groups/${id}`, { name: `Money ${randomUUID()}` })).status).toBe(200);
  expect((await admin.delete(`/api/admin/groups/${id}/members/${person.user.id}`)).status).toBe(204);
  return { person, groupId: id };
}

describe('the audit log', () => {
  test('tells what was done, by whom and to what, newest first, by the names of this moment', async () => {
    const { person, groupId } = await givenHistory();
    const { records } = await list(`?object_id=${groupId}`);
    expect(records.map(({ action }) => action)).toEqual([
      'group.member_removed',
      'group.renamed',
      'grant.put',
      'group.member_added',
      'group.created',
    ]);
    for (const record of records) {
      expect(record.actor).toEqual({ id: adminId, name: 'admin' });
      expect(record.object).toMatchObject({
        kind: 'group',
        id: groupId,
        name: expect.stringMatching(/^Money/) as unknown,
      });
      expect(record.facts).not.toHaveProperty('personal_hash');
    }
    expect(records[0]?.related).toEqual({ kind: 'user', id: person.user.id, name: person.username });
    expect(records[2]).toMatchObject({ related: { kind: 'agent', name: 'Librarian' }, facts: { level: 'use' } });
  });

  test('holds changes over HTTP, whoever made them, and nothing where nothing changed or it was refused', async () => {
    const curator = await server().person('curator');
    const corpus = await newCorpus(curator, `Ledger ${randomUUID()}`);
    const path = `/api/corpora/${corpus.id}`;
    expect((await curator.client.patch(path, { name: `Books ${corpus.id}` })).status).toBe(200);
    expect((await curator.client.patch(path, { name: `Books ${corpus.id}` })).status).toBe(200);
    refused(await (await server().person()).client.delete(path), 403, 'forbidden');
    expect((await curator.client.delete(path)).status).toBe(204);
    expect(await actionsOn(corpus.id)).toEqual(['corpus.created', 'corpus.changed', 'corpus.deleted']);
    const [newest] = (await list(`?object_id=${corpus.id}`)).records;
    expect(newest?.actor?.name).toBe(curator.username);

    const owner = await server().person();
    const session = await openSession(owner);
    expect((await owner.client.patch(`/api/sessions/${session.session_id}`, { title: 'Mine' })).status).toBe(200);
    expect(await actionsOn(session.session_id), 'one’s own sessions').toEqual([]);
    for (let n = 0; n < 2; n += 1) await admin.post(`/api/admin/sessions/${session.session_id}/invalidate`);
    expect(await actionsOn(session.session_id)).toEqual(['session.invalidated']);
  });

  test('holds sign-ins with address and browser, sign-outs, and passwords that were wrong again and again', async () => {
    const username = `signing-${randomUUID().slice(0, 8)}`;
    const password = 'only in this test 2026';
    expect((await admin.post('/api/admin/users', { username, password })).status).toBe(201);
    const [made] = (await list('?action=user.created')).records;
    const userId = made?.object.id ?? '';
    expect(made?.personal).toEqual({ username, display_name: username });
    const login = { username, password };
    for (let n = 0; n < 2; n += 1) await server().anonymous.post('/api/auth/login', { ...login, password: 'wrong' });
    const reply = await server().anonymous.post('/api/auth/login', login);
    expect(reply.status).toBe(200);
    for (let n = 0; n < 9; n += 1) await server().anonymous.post('/api/auth/login', { ...login, password: 'wrong' });
    const { records } = await list(`?object_id=${userId}`);
    expect(records.map(({ action }) => action)).toEqual(['user.sign_in_refused', 'user.signed_in', 'user.created']);
    expect(records[0]).toMatchObject({ actor: null, facts: { failures: 5 } });
    expect(records[1]).toMatchObject({ facts: { failures_before: 2 }, personal: { address: '127.0.0.1' } });
    expect(JSON.stringify(records)).not.toContain('wrong');
  });

  test('is filtered by the server, and paged without gap or overlap', async () => {
    const { person, groupId } = await givenHistory();
    const all = await facts(`?object_id=${groupId}`);
    const seen: number[] = [];
    let cursor = '';
    do {
      const page = await list(`?object_id=${groupId}&limit=2${cursor}`);
      expect(page.records.length).toBeLessThanOrEqual(2);
      seen.push(...page.records.map(({ id }) => id));
      cursor = page.next_cursor === null ? '' : `&cursor=${encodeURIComponent(page.next_cursor)}`;
    } while (cursor !== '');
    expect(seen).toEqual(all.map(({ id }) => id));
    const renamed = all.find(({ action }) => action === 'group.renamed');
    expect(await facts(`?object_id=${groupId}&action=group.renamed`)).toEqual([renamed]);
    expect((await list(`?object_id=${groupId}&actor=${person.user.id}`)).records).toEqual([]);
    expect(await facts(`?object_id=${groupId}&actor=${adminId}&object_kind=group`)).toEqual(all);
    expect((await list(`?object_id=${groupId}&object_kind=user`)).records).toEqual([]);
    const later = (await list(`?object_id=${groupId}&from=${renamed?.at}`)).records.map(({ action }) => action);
    const earlier = (await list(`?object_id=${groupId}&until=${renamed?.at}`)).records.map(({ action }) => action);
    expect(later).toContain('group.renamed');
    expect(earlier).not.toContain('group.renamed');
    expect([...later, ...earlier]).toEqual(all.map(({ action }) => action));
    expect((await list('?actor=server&limit=1')).records[0]?.actor).toBeNull();
  });

  test.each([
    '?cursor=nonsense',
    '?limit=0',
    '?limit=5000',
    '?action=user.invented',
    '?object_kind=planet',
    '?from=yesterday',
    '?actor=',
    '?who=me',
    '/export?format=xml',
  ])('refuses %s', async (query) => {
    refused(await admin.get(`/api/admin/audit${query}`), 400, 'bad_request');
  });

  test('is for administrators alone', async () => {
    for (const role of ['member', 'curator'] as const) {
      const { client } = await server().person(role);
      for (const path of ['', '/chain', '/export'])
        refused(await client.get(`/api/admin/audit${path}`), 403, 'forbidden');
    }
    refused(await server().anonymous.get('/api/admin/audit/export'), 401, 'unauthenticated');
  });
});

const state = async () => answered(await admin.get('/api/admin/audit/chain'), 200, auditChainState);

describe('the chain', () => {
  test('is sealed within a moment, and its end is told with the anchor', async () => {
    await newGroup(server().admin);
    await waitFor('all is sealed and something anchored', async () => {
      const { unsealed_since, last_anchor } = await state();
      return unsealed_since === null && last_anchor !== null;
    });
    const { sealed, head, last_anchor } = await state();
    expect(sealed).toBeGreaterThan(3);
    expect(head).toMatch(/^[0-9a-f]{64}$/);
    expect(last_anchor?.count).toBeLessThanOrEqual(sealed);
  });
});

type Line = {
  position: number;
  at: string;
  actor_user_id: string | null;
  action: string;
  object_kind: string;
  object_id: string;
  facts: string;
  chain_no: number | null;
  chain_hash: string | null;
};

const lines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

describe('an export', () => {
  test('holds the whole log, is on record itself, and its chain can be followed without the store', async () => {
    const reply = await admin.get('/api/admin/audit/export');
    expect(reply.headers['content-type']).toContain('application/jsonl');
    expect(reply.headers['content-disposition']).toContain('attachment');
    const rows = lines(reply.text);
    expect(rows[0]).toMatchObject({ action: 'audit.exported', actor_user_id: adminId });
    const sealed = rows
      .filter((row) => row.chain_no !== null)
      .toSorted((a, b) => Number(a.chain_no) - Number(b.chain_no));
    expect(sealed.length).toBeGreaterThan(3);
    let hash = '';
    for (const [index, row] of sealed.entries()) {
      hash = chainHash(hash, row);
      expect([row.chain_no, row.chain_hash]).toEqual([index + 1, hash]);
    }
  });

  test('takes the filters, and as CSV holds nothing that a spreadsheet would run', async () => {
    const { groupId } = await givenHistory();
    expect((await admin.patch(`/api/admin/groups/${groupId}`, { name: `=1+1 "${randomUUID()}"` })).status).toBe(200);
    const reply = await admin.get(`/api/admin/audit/export?object_id=${groupId}&format=csv`);
    expect(reply.headers['content-type']).toContain('text/csv');
    const rows = reply.text.trimEnd().split('\r\n');
    expect(rows).toHaveLength(7);
    expect(rows[0]).toBe(
      '"position","at","actor_user_id","action","object_kind","object_id","facts","personal","chain_no","chain_hash"',
    );
    expect(reply.text).not.toMatch(/(?:^|,)"?[=+@-]/m);
    const [exported] = (await list('?action=audit.exported')).records;
    expect(exported?.facts).toEqual({ format: 'csv', object_id: groupId });
  });
});
