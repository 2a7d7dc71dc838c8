import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Group, groupDetail, groupList, groupMemberList, group as groupShape } from '../../src/contract/access.ts';
import { answered, type Client, refused } from '../client.ts';
import { newCorpus } from '../documents.ts';
import { newGroup } from '../groups.ts';
import { sharedServer } from '../shared-server.ts';

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'warn' } });
let admin: Client;
let everyone: Group;
beforeAll(async () => {
  admin = server().admin.client;
  const [found] = answered(await admin.get('/api/admin/groups?q=everyone'), 200, groupList).groups;
  if (!found) throw new Error('There is no group Everyone.');
  everyone = found;
});

const at = (groupId: string) => `/api/admin/groups/${groupId}`;
const getGroup = async (groupId: string) => answered(await admin.get(at(groupId)), 200, groupDetail);

const levels = async (groupId: string) =>
  (await getGroup(groupId)).grants.map((grant) => `${grant.kind} ${grant.name} ${grant.level}`);

/** A group, a corpus that only its owner reads, and the way to grant it. */
async function givenCorpus() {
  const curator = await server().person('curator');
  const [{ id }, corpus] = [await newGroup(server().admin), await newCorpus(curator, `Ledger ${randomUUID()}`)];
  expect((await admin.delete(`${at(everyone.id)}/grants/corpus/${corpus.id}`)).status).toBe(204);
  return { groupId: id, corpus, path: `${at(id)}/grants/corpus/${corpus.id}` };
}

async function membersOf(groupId: string): Promise<string[]> {
  const { members } = answered(await admin.get(`${at(groupId)}/members`), 200, groupMemberList);
  return members.map((member) => member.user_id);
}

describe('a group', () => {
  test('is made, renamed and deleted', async () => {
    const mark = randomUUID();
    const made = answered(await admin.post('/api/admin/groups', { name: `  Finance ${mark} ` }), 201, groupShape);
    expect(made).toMatchObject({ name: `Finance ${mark}`, is_builtin: false, member_count: 0, grant_count: 0 });
    expect(await getGroup(made.id)).toEqual({ ...made, grants: [] });
    const renamed = answered(await admin.patch(at(made.id), { name: `Money ${mark}` }), 200, groupDetail);
    expect(renamed).toEqual({ ...made, name: `Money ${mark}`, grants: [] });
    expect((await admin.delete(at(made.id))).status).toBe(204);
    refused(await admin.get(at(made.id)), 404, 'not_found');
    refused(await admin.delete(at(made.id)), 404, 'not_found');
  });

  test('has a name of its own, however that is written', async () => {
    const { id, name } = await newGroup(server().admin);
    const other = await newGroup(server().admin);
    for (const taken of [name.toUpperCase(), ` ${name.replace(' ', '   ')}`, 'everyone']) {
      refused(await admin.post('/api/admin/groups', { name: taken }), 409, 'name_taken');
      refused(await admin.patch(at(other.id), { name: taken }), 409, 'name_taken');
    }
    expect(answered(await admin.patch(at(id), { name: name.toUpperCase() }), 200, groupDetail).id).toBe(id);
    expect(await getGroup(other.id)).toEqual({ ...other, grants: [] });
  });

  test.each<[string, unknown]>([
    ['no name', {}],
    ['an empty name', { name: '' }],
    ['a blank name', { name: ' \u00a0\t ' }],
    ['a name of nothing to see', { name: '\u200b\u200d' }],
    ['a name of 101 characters', { name: 'x'.repeat(101) }],
    ['a line break in the name', { name: 'Fin\nance' }],
    ['a NUL in the name', { name: 'Fin\0ance' }],
    ['a change of direction in the name', { name: 'Fin\u202eance' }],
    ['half a character in the name', { name: 'Fin\ud800ance' }],
    ['a name that is a number', { name: 5 }],
    ['a name that is null', { name: null }],
    ['an id', { name: 'Finance', id: randomUUID() }],
    ['a flag that only the product sets', { name: 'Finance', is_builtin: true }],
    ['a list', [{ name: 'Finance' }]],
    ['nothing', undefined],
  ])('is neither made nor renamed with %s', async (_name, body) => {
    const before = await newGroup(server().admin);
    refused(await admin.post('/api/admin/groups', body), 400, 'bad_request');
    refused(await admin.patch(at(before.id), body), 400, 'bad_request');
    expect(await getGroup(before.id)).toEqual({ ...before, grants: [] });
  });

  test.each(['Équipe Δ', '財務部', 'R&D \u{1F680}', 'x'.repeat(100), 'a\u200db'])('may be called %s', async (name) => {
    const made = answered(await admin.post('/api/admin/groups', { name }), 201, groupShape);
    expect((await getGroup(made.id)).name).toBe(name);
  });

  test('that comes with the product keeps its name and its members, and says why', async () => {
    const { user } = await server().person();
    expect(everyone.is_builtin).toBe(true);
    for (const reply of [
      await admin.patch(at(everyone.id), { name: 'Nobody' }),
      await admin.delete(at(everyone.id)),
      await admin.delete(`${at(everyone.id)}/members/${user.id}`),
    ]) {
      expect(refused(reply, 409, 'conflict').detail).toMatch(/^This group is built in\. ./);
    }
    expect((await getGroup(everyone.id)).name).toBe('Everyone');
    expect((await admin.put(`${at(everyone.id)}/members/${user.id}`)).status, 'a member already').toBe(204);
  });

  test.each(['00000000-0000-4000-8000-00000000dead', 'everyone', 'null', '%00', '__proto__'])(
    'that is not there is a 404 at every address: %s',
    async (id) => {
      const { user } = await server().person();
      for (const reply of [
        await admin.get(at(id)),
        await admin.patch(at(id), { name: 'Ghosts' }),
        await admin.delete(at(id)),
        await admin.get(`${at(id)}/members`),
        await admin.put(`${at(id)}/members/${user.id}`),
        await admin.delete(`${at(id)}/members/${user.id}`),
        await admin.put(`${at(id)}/grants/agent/librarian`, { level: 'use' }),
        await admin.delete(`${at(id)}/grants/agent/librarian`),
      ]) {
        refused(reply, 404, 'not_found');
      }
    },
  );
});

describe('the list of groups', () => {
  test('comes by name, page by page, each group once', async () => {
    const mark = randomUUID();
    const made: string[] = [];
    for (const name of ['Ctrl', 'alpha', 'Beta', 'delta', 'Epsilon']) {
      made.push((await newGroup(server().admin, [], `${mark} ${name}`)).name);
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = answered(await admin.get(`/api/admin/groups?q=${mark}&limit=2${next}`), 200, groupList);
      seen.push(...page.groups.map((group) => group.name));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual(['alpha', 'Beta', 'Ctrl', 'delta', 'Epsilon'].map((name) => `${mark} ${name}`));
    expect(seen.toSorted()).toEqual(made.toSorted());
  });

  test.each(['limit=0', 'limit=501', 'cursor=nonsense', 'sort=name', `q=${'x'.repeat(201)}`])(
    'refuses ?%s',
    async (query) => {
      refused(await admin.get(`/api/admin/groups?${query}`), 400, 'bad_request');
    },
  );
});

describe('members of a group', () => {
  test('come and go, once each however often it is asked', async () => {
    const [one, two] = [await server().person(), await server().person('curator')];
    const { id } = await newGroup(server().admin, [one, two, one]);
    expect((await membersOf(id)).toSorted()).toEqual([one.user.id, two.user.id].toSorted());
    expect(await getGroup(id)).toMatchObject({ member_count: 2 });
    const path = `${at(id)}/members/${one.user.id}`;
    expect([(await admin.delete(path)).status, (await admin.delete(path)).status]).toEqual([204, 204]);
    expect(await membersOf(id)).toEqual([two.user.id]);
  });

  test('are users that are there', async () => {
    const [left, { id }] = [await server().person(), await newGroup(server().admin)];
    expect((await admin.delete(`/api/admin/users/${left.user.id}`)).status).toBe(204);
    for (const userId of [left.user.id, randomUUID(), 'admin', '%00']) {
      refused(await admin.put(`${at(id)}/members/${userId}`), 404, 'not_found');
      refused(await admin.delete(`${at(id)}/members/${userId}`), 404, 'not_found');
    }
    expect(await membersOf(id)).toEqual([]);
  });

  test('are listed by name, page by page', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => server().person()));
    const { id } = await newGroup(server().admin, people);
    const first = answered(await admin.get(`${at(id)}/members?limit=3`), 200, groupMemberList);
    const cursor = encodeURIComponent(first.next_cursor ?? '');
    const rest = answered(await admin.get(`${at(id)}/members?limit=3&cursor=${cursor}`), 200, groupMemberList);
    expect(rest.next_cursor).toBeNull();
    expect([...first.members, ...rest.members].map((member) => member.username)).toEqual(
      people.map((person) => person.username).toSorted(),
    );
    refused(await admin.get(`${at(id)}/members?cursor=nonsense`), 400, 'bad_request');
  });

  test('nobody but an administrator makes themselves one', async () => {
    const { id } = await newGroup(server().admin);
    for (const role of ['member', 'curator'] as const) {
      const person = await server().person(role);
      refused(await person.client.put(`${at(id)}/members/${person.user.id}`), 403, 'forbidden');
    }
    refused(await server().anonymous.put(`${at(id)}/members/${randomUUID()}`), 401, 'unauthenticated');
    expect(await membersOf(id)).toEqual([]);
  });
});

describe('a grant', () => {
  test('is given, changed and taken away, once each however often it is asked', async () => {
    const { groupId, corpus, path } = await givenCorpus();
    for (const level of ['read', 'read', 'curate', 'read'] as const) {
      expect((await admin.put(path, { level })).status).toBe(204);
      expect(await levels(groupId)).toEqual([`corpus ${corpus.name} ${level}`]);
    }
    expect((await admin.put(`${at(groupId)}/grants/agent/librarian`, { level: 'use' })).status).toBe(204);
    expect(await levels(groupId)).toEqual(['agent Librarian use', `corpus ${corpus.name} read`]);
    expect((await getGroup(groupId)).grant_count).toBe(2);
    expect([(await admin.delete(path)).status, (await admin.delete(path)).status]).toEqual([204, 204]);
    expect(await levels(groupId)).toEqual(['agent Librarian use']);
  });

  test('reaches members from their next call on, at its level', async () => {
    const { groupId, corpus, path } = await givenCorpus();
    const [member, curator] = [await server().person(), await server().person('curator')];
    const rename = (person: typeof member) =>
      person.client.patch(`/api/corpora/${corpus.id}`, { description: `By ${person.username}` });
    for (const person of [member, curator]) {
      expect((await admin.put(`${at(groupId)}/members/${person.user.id}`)).status).toBe(204);
      refused(await person.client.get(`/api/corpora/${corpus.id}`), 404, 'not_found');
    }
    expect((await admin.put(path, { level: 'read' })).status).toBe(204);
    for (const person of [member, curator]) {
      expect((await person.client.get(`/api/corpora/${corpus.id}`)).status).toBe(200);
      refused(await rename(person), 403, 'forbidden');
    }
    expect((await admin.put(path, { level: 'curate' })).status).toBe(204);
    expect((await rename(curator)).status).toBe(200);
    refused(await rename(member), 403, 'forbidden');
  });

  test.each<[string, unknown]>([
    ['no level', {}],
    ['a level of the other kind', { level: 'use' }],
    ['a level that is none', { level: 'owner' }],
    ['a level that is null', { level: null }],
    ['a list of levels', { level: ['read'] }],
    ['a time', { level: 'read', granted_at: '2026-11-22T10:00:00.000Z' }],
    ['another group', { level: 'read', group_id: randomUUID() }],
    ['nothing', undefined],
  ])('is not given with %s', async (_name, body) => {
    const { groupId, path } = await givenCorpus();
    refused(await admin.put(path, body), 400, 'bad_request');
    expect(await levels(groupId)).toEqual([]);
  });

  test.each(['read', 'curate'])('of an agent is not given at %s, and the answer says at what', async (level) => {
    const { id } = await newGroup(server().admin);
    const reply = await admin.put(`${at(id)}/grants/agent/librarian`, { level });
    expect(refused(reply, 400, 'bad_request').detail).toBe('Body: level: an agent is granted at use.');
  });

  test.each([
    ['corpus', randomUUID()],
    ['corpus', 'librarian'],
    ['agent', 'nobody'],
    ['user', 'admin'],
    ['__proto__', 'librarian'],
    ['corpus', 'x'.repeat(101)],
    ['corpus', '%00'],
  ])('of what is not there is a 404: %s %s', async (kind, objectId) => {
    const { id } = await newGroup(server().admin);
    const path = `${at(id)}/grants/${kind}/${objectId}`;
    refused(await admin.put(path, { level: kind === 'agent' ? 'use' : 'read' }), 404, 'not_found');
    refused(await admin.delete(path), 404, 'not_found');
  });

  test('goes with its corpus', async () => {
    const { groupId, corpus, path } = await givenCorpus();
    expect((await admin.put(path, { level: 'read' })).status).toBe(204);
    expect((await admin.delete(`/api/corpora/${corpus.id}`)).status).toBe(204);
    expect(await levels(groupId)).toEqual([]);
    refused(await admin.put(path, { level: 'read' }), 404, 'not_found');
  });

  test('is given here by administrators alone, not by the owner of a corpus', async () => {
    const owner = await server().person('curator');
    const { id } = await newGroup(server().admin, [owner]);
    const corpus = await newCorpus(owner, `Own ${randomUUID()}`);
    const path = `${at(id)}/grants/corpus/${corpus.id}`;
    for (const person of [owner, await server().person()]) {
      refused(await person.client.put(path, { level: 'curate' }), 403, 'forbidden');
      refused(await person.client.delete(`${at(everyone.id)}/grants/corpus/${corpus.id}`), 403, 'forbidden');
    }
    refused(await server().anonymous.put(path, { level: 'curate' }), 401, 'unauthenticated');
    expect(await levels(id)).toEqual([]);
  });
});
