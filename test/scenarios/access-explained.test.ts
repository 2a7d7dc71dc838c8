import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type AccessReason,
  grantMatrix,
  groupList,
  type ObjectAccess,
  objectAccess,
  userAccess,
} from '../../src/contract/access.ts';
import type { Corpus } from '../../src/contract/documents.ts';
import { answered, type Client, refused } from '../client.ts';
import { newCorpus } from '../documents.ts';
import type { Person } from '../given.ts';
import { newGroup } from '../groups.ts';
import { sharedServer } from '../shared-server.ts';

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'warn' } });
let admin: Client;
let everyoneId: string;
beforeAll(async () => {
  admin = server().admin.client;
  const [found] = answered(await admin.get('/api/admin/groups?q=everyone'), 200, groupList).groups;
  everyoneId = found?.id ?? '';
});

/** A corpus that is open to its owner and to administrators alone. */
async function closedCorpus(owner: Person): Promise<Corpus> {
  const corpus = await newCorpus(owner, `Ledger ${randomUUID()}`);
  expect((await admin.delete(`/api/admin/groups/${everyoneId}/grants/corpus/${corpus.id}`)).status).toBe(204);
  return corpus;
}

async function grant(groupId: string, corpus: Corpus, level: 'read' | 'curate'): Promise<void> {
  expect((await admin.put(`/api/admin/groups/${groupId}/grants/corpus/${corpus.id}`, { level })).status).toBe(204);
}

async function whoMayUse(path: string): Promise<ObjectAccess> {
  const first = answered(await admin.get(`/api/admin/access/${path}?limit=2`), 200, objectAccess);
  const users = [...first.users];
  for (let cursor = first.next_cursor; cursor !== null; ) {
    const query = `limit=2&cursor=${encodeURIComponent(cursor)}`;
    const page = answered(await admin.get(`/api/admin/access/${path}?${query}`), 200, objectAccess);
    users.push(...page.users);
    cursor = page.next_cursor;
  }
  return { ...first, users, next_cursor: null };
}

async function whatMayBeUsed({ user }: Person) {
  return answered(await admin.get(`/api/admin/users/${user.id}/access`), 200, userAccess);
}

const words = (reasons: AccessReason[]) =>
  reasons.map((each) =>
    each.because === 'group' ? `${each.group_name}: ${each.level}` : `${each.because}: ${each.level}`,
  );

describe('who may use a corpus', () => {
  test('is told with the level and every reason', async () => {
    const [owner, curator, member] = [
      await server().person('curator'),
      await server().person('curator'),
      await server().person(),
    ];
    const corpus = await closedCorpus(owner);
    const readers = await newGroup(server().admin, [curator, member]);
    const editors = await newGroup(server().admin, [curator, member, owner]);
    await grant(readers.id, corpus, 'read');
    await grant(editors.id, corpus, 'curate');
    const [firstGroup, secondGroup] = [readers, editors].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const { groups, users, ...object } = await whoMayUse(`corpus/${corpus.id}`);
    expect(object).toEqual({
      kind: 'corpus',
      object_id: corpus.id,
      name: corpus.name,
      is_active: true,
      next_cursor: null,
    });
    expect(groups.map((group) => group.name)).toEqual([firstGroup?.name, secondGroup?.name]);
    expect(groups.find((group) => group.group_id === editors.id)).toMatchObject({ level: 'curate', member_count: 3 });
    const told = Object.fromEntries(users.map((user) => [user.username, [user.level, words(user.reasons).toSorted()]]));
    const administrators = users.filter((user) => user.role === 'administrator').map((user) => user.username);
    expect(administrators).toContain('admin');
    expect(told).toEqual({
      ...Object.fromEntries(administrators.map((name) => [name, ['curate', ['administrator: curate']]])),
      [owner.username]: ['curate', [`${editors.name}: curate`, 'owner: curate']],
      [curator.username]: ['curate', [`${editors.name}: curate`, `${readers.name}: read`].toSorted()],
      [member.username]: ['read', [`${editors.name}: read`, `${readers.name}: read`].toSorted()],
    });
    expect(users.map((user) => user.username)).toEqual(users.map((user) => user.username).toSorted());
  });

  test('changes with the very next call after a membership, a role, an account', async () => {
    const [owner, member] = [await server().person('curator'), await server().person()];
    const corpus = await closedCorpus(owner);
    const group = await newGroup(server().admin, [member]);
    await grant(group.id, corpus, 'curate');
    const level = async () =>
      (await whoMayUse(`corpus/${corpus.id}`)).users.find((user) => user.user_id === member.user.id)?.level;
    expect(await level()).toBe('read');
    await admin.patch(`/api/admin/users/${member.user.id}`, { role: 'curator' });
    expect(await level()).toBe('curate');
    await admin.patch(`/api/admin/users/${member.user.id}`, { is_active: false });
    expect(await level()).toBeUndefined();
    await admin.patch(`/api/admin/users/${member.user.id}`, { is_active: true });
    await admin.delete(`/api/admin/groups/${group.id}/members/${member.user.id}`);
    expect(await level()).toBeUndefined();
  });

  test.each([
    `corpus/${randomUUID()}`,
    'corpus/librarian',
    'agent/nobody',
    'user/admin',
    'corpus/%00',
    `agent/${'x'.repeat(101)}`,
  ])('is a 404 for what is not there: %s', async (path) => {
    refused(await admin.get(`/api/admin/access/${path}`), 404, 'not_found');
  });

  test('is a 404 once the corpus was deleted', async () => {
    const corpus = await closedCorpus(await server().person('curator'));
    expect((await admin.delete(`/api/corpora/${corpus.id}`)).status).toBe(204);
    refused(await admin.get(`/api/admin/access/corpus/${corpus.id}`), 404, 'not_found');
  });

  test.each(['limit=0', 'cursor=nonsense', 'q=admin'])('refuses ?%s', async (query) => {
    refused(await admin.get(`/api/admin/access/agent/librarian?${query}`), 400, 'bad_request');
  });
});

test('an agent is used through groups alone, by administrators too', async () => {
  const { groups, users } = await whoMayUse('agent/librarian');
  expect(groups).toMatchObject([{ name: 'Everyone', level: 'use' }]);
  for (const user of users) expect([user.level, words(user.reasons)]).toEqual(['use', ['Everyone: use']]);
  expect(users.map((user) => user.username)).toContain('admin');
  expect(groups[0]?.member_count).toBeGreaterThanOrEqual(users.length);
});

test('the whole of it shows every agent and corpus with its groups, granted or not, and no deleted one', async () => {
  const owner = await server().person('curator');
  const [kept, closed, gone] = [
    await newCorpus(owner, `Kept ${randomUUID()}`),
    await closedCorpus(owner),
    await newCorpus(owner, `Gone ${randomUUID()}`),
  ];
  const group = await newGroup(server().admin);
  await grant(group.id, kept, 'curate');
  expect((await admin.delete(`/api/corpora/${gone.id}`)).status).toBe(204);
  const { objects } = answered(await admin.get('/api/admin/access'), 200, grantMatrix);
  const of = (id: string) => objects.find((object) => object.object_id === id);
  expect(objects[0]).toMatchObject({ kind: 'agent', object_id: 'librarian', name: 'Librarian', is_active: true });
  expect(of('librarian')?.grants).toEqual([{ group_id: everyoneId, level: 'use' }]);
  expect(of(kept.id)?.grants).toHaveLength(2);
  expect(of(kept.id)?.grants).toContainEqual({ group_id: group.id, level: 'curate' });
  expect(of(closed.id)).toMatchObject({ name: closed.name, grants: [] });
  expect(of(gone.id)).toBeUndefined();
});

describe('what a user may use', () => {
  test('is told with the level and every reason: agents, then corpora by name', async () => {
    const owner = await server().person('curator');
    const corpora = [await closedCorpus(owner), await newCorpus(owner, `Open ${randomUUID()}`)];
    const group = await newGroup(server().admin, [owner]);
    await grant(group.id, corpora[0] as Corpus, 'read');
    const { objects, ...user } = await whatMayBeUsed(owner);
    const { groups, ...account } = user;
    expect(account).toEqual({ user_id: owner.user.id, username: owner.username, role: 'curator', is_active: true });
    expect(groups.map(({ name }) => name).toSorted()).toEqual(['Everyone', group.name].toSorted());
    expect(groups).toContainEqual({ group_id: group.id, name: group.name });
    const told = objects.map((object) => [object.kind, object.name, object.level, words(object.reasons)]);
    expect(told[0]).toEqual(['agent', 'Librarian', 'use', ['Everyone: use']]);
    expect(told).toContainEqual(['corpus', corpora[0]?.name, 'curate', ['owner: curate', `${group.name}: read`]]);
    expect(told).toContainEqual(['corpus', corpora[1]?.name, 'curate', ['owner: curate', 'Everyone: read']]);
    const names = objects.filter((object) => object.kind === 'corpus').map((object) => object.name);
    expect(names).toEqual(names.toSorted());
  });

  test('is nothing while the user is not active, and a 404 for one who is not there', async () => {
    const person = await server().person();
    expect((await whatMayBeUsed(person)).objects).not.toEqual([]);
    await admin.patch(`/api/admin/users/${person.user.id}`, { is_active: false });
    expect(await whatMayBeUsed(person)).toMatchObject({ is_active: false, objects: [] });
    await admin.delete(`/api/admin/users/${person.user.id}`);
    for (const id of [person.user.id, randomUUID(), 'admin', '%00']) {
      refused(await admin.get(`/api/admin/users/${id}/access`), 404, 'not_found');
    }
  });

  test('is told to administrators alone, and to nobody of themselves', async () => {
    for (const person of [await server().person(), await server().person('curator')]) {
      refused(await person.client.get(`/api/admin/users/${person.user.id}/access`), 403, 'forbidden');
      refused(await person.client.get('/api/admin/access/agent/librarian'), 403, 'forbidden');
    }
    refused(await server().anonymous.get('/api/admin/access/agent/librarian'), 401, 'unauthenticated');
  });
});
