import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { groupList, objectAccess, userAccess } from '../../src/contract/access.ts';
import { auditList } from '../../src/contract/audit.ts';
import { type CorpusAccess, corpusAccess, maxOfferedGroups } from '../../src/contract/corpus-access.ts';
import { answered, refused } from '../client.ts';
import { newCorpus } from '../documents.ts';
import type { Person } from '../given.ts';
import { newGroup } from '../groups.ts';
import { newKey } from '../keys.ts';
import { sharedServer } from '../shared-server.ts';

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'warn' } });
let everyoneId: string;
beforeAll(async () => {
  const reply = await server().admin.client.get('/api/admin/groups?q=everyone');
  everyoneId = answered(reply, 200, groupList).groups[0]?.id ?? '';
});

const accessOf = async ({ client }: Person, corpusId: string, query = ''): Promise<CorpusAccess> =>
  answered(await client.get(`/api/corpora/${corpusId}/access${query}`), 200, corpusAccess);
const levelsOf = async (person: Person, corpusId: string) =>
  (await accessOf(person, corpusId)).groups.map(({ name, level }) => `${name} ${level}`);
const at = (corpusId: string, groupId: string) => `/api/corpora/${corpusId}/access/${groupId}`;

/** A curator's corpus, and a group with a member and a curator in it. */
async function given() {
  const [owner, member, fellow] = [
    await server().person('curator'),
    await server().person(),
    await server().person('curator'),
  ];
  const corpus = await newCorpus(owner, `Ledger ${randomUUID()}`);
  const group = await newGroup(server().admin, [member, fellow]);
  const rename = ({ client }: Person) => client.patch(`/api/corpora/${corpus.id}`, { description: randomUUID() });
  const reads = async ({ client }: Person) => (await client.get(`/api/corpora/${corpus.id}`)).status;
  return { owner, member, fellow, corpus, group, rename, reads };
}

test('a curator closes a corpus to all but a group, and each change holds at once, at the role’s level', async () => {
  const { owner, member, fellow, corpus, group, rename, reads } = await given();
  const outsider = await server().person('curator');
  expect(await levelsOf(owner, corpus.id)).toEqual(['Everyone read']);
  expect(await reads(outsider)).toBe(200);

  expect((await owner.client.put(at(corpus.id, group.id), { level: 'read' })).status).toBe(204);
  const close = () => owner.client.delete(at(corpus.id, everyoneId));
  expect([(await close()).status, (await close()).status]).toEqual([204, 204]);
  expect(await levelsOf(owner, corpus.id)).toEqual([`${group.name} read`]);
  expect([await reads(outsider), await reads(member), await reads(fellow)]).toEqual([404, 200, 200]);
  refused(await rename(fellow), 403, 'forbidden');

  expect((await owner.client.put(at(corpus.id, group.id), { level: 'curate' })).status).toBe(204);
  expect((await rename(fellow)).status).toBe(200);
  refused(await rename(member), 403, 'forbidden');
  expect((await fellow.client.put(at(corpus.id, everyoneId), { level: 'read' })).status, 'who curates shares').toBe(
    204,
  );
  expect(await reads(outsider)).toBe(200);
});

test('who curates sees groups, how large they are and whose corpus it is, and the name of nobody else', async () => {
  const { owner, member, fellow, corpus, group } = await given();
  await owner.client.put(at(corpus.id, group.id), { level: 'curate' });
  const seen = await accessOf(fellow, corpus.id);
  expect(seen.owner_username).toBe(owner.username);
  expect(seen.groups).toEqual([
    expect.objectContaining({ group_id: everyoneId, name: 'Everyone', is_builtin: true, level: 'read', is_mine: true }),
    {
      group_id: group.id,
      name: group.name,
      is_builtin: false,
      level: 'curate',
      member_count: 2,
      is_mine: true,
    },
  ]);
  expect((await accessOf(owner, corpus.id)).groups[1]?.is_mine).toBe(false);
  const { text } = await owner.client.get(`/api/corpora/${corpus.id}/access`);
  for (const name of [member.username, fellow.username, 'admin']) expect(text).not.toContain(name);
});

test('only who curates sees and changes who may use a corpus; to others it is theirs to read, or not there', async () => {
  const { owner, member, fellow, corpus, group, reads } = await given();
  const attempts = ({ client }: Person) => [
    client.get(`/api/corpora/${corpus.id}/access`),
    client.put(at(corpus.id, group.id), { level: 'curate' }),
    client.delete(at(corpus.id, everyoneId)),
  ];
  for (const person of [member, fellow]) {
    for (const reply of await Promise.all(attempts(person))) refused(reply, 403, 'forbidden');
  }
  expect(await levelsOf(owner, corpus.id)).toEqual(['Everyone read']);
  await owner.client.delete(at(corpus.id, everyoneId));
  for (const reply of await Promise.all(attempts(fellow))) refused(reply, 404, 'not_found');
  expect([await reads(owner), await levelsOf(owner, corpus.id)]).toEqual([200, []]);
});

test('a group that is not there, another level and another body are refused', async () => {
  const { owner, corpus, group } = await given();
  for (const groupId of [randomUUID(), 'everyone', '%00', '__proto__']) {
    refused(await owner.client.put(at(corpus.id, groupId), { level: 'read' }), 404, 'not_found');
    refused(await owner.client.delete(at(corpus.id, groupId)), 404, 'not_found');
  }
  for (const body of [{}, { level: 'use' }, { level: 'owner' }, { level: null }, { level: 'read', group_id: 'x' }]) {
    refused(await owner.client.put(at(corpus.id, group.id), body), 400, 'bad_request');
  }
  for (const query of [`?q=${'x'.repeat(201)}`, '?limit=500']) {
    refused(await owner.client.get(`/api/corpora/${corpus.id}/access${query}`), 400, 'bad_request');
  }
  expect(await levelsOf(owner, corpus.id)).toEqual(['Everyone read']);
});

test('groups that may be let in are offered some at a time, and are found by a part of their name', async () => {
  const { owner, corpus } = await given();
  const mark = randomUUID().slice(0, 8);
  const names = Array.from({ length: maxOfferedGroups + 1 }, (_, index) => `Crew ${mark} ${100 + index}`);
  const made = [];
  for (const name of names) made.push(await newGroup(server().admin, [], name));
  const all = await accessOf(owner, corpus.id, `?q=${mark}`);
  expect(all.others.map(({ name }) => name)).toEqual(names.slice(0, maxOfferedGroups));
  expect(all.has_more_others).toBe(true);
  const one = await accessOf(owner, corpus.id, `?q=${encodeURIComponent(names.at(-1)?.toUpperCase() ?? '')}`);
  expect(one).toMatchObject({ others: [{ group_id: made.at(-1)?.id, name: names.at(-1) }], has_more_others: false });
  await owner.client.put(at(corpus.id, made.at(-1)?.id ?? ''), { level: 'read' });
  const rest = await accessOf(owner, corpus.id, `?q=${mark}`);
  expect([rest.others.length, rest.has_more_others]).toEqual([maxOfferedGroups, false]);
});

test('what a curator granted is explained to administrators, and recorded as theirs', async () => {
  const { owner, member, corpus, group } = await given();
  const key = await newKey(owner, ['knowledge:write']);
  await owner.client.delete(at(corpus.id, everyoneId));
  const headers = { authorization: `Bearer ${key.key}` };
  const byKey = await server().anonymous.call('PUT', at(corpus.id, group.id), { json: { level: 'curate' }, headers });
  expect(byKey.status).toBe(204);

  const { client } = server().admin;
  const reply = await client.get(`/api/admin/access/corpus/${corpus.id}`);
  const explained = answered(reply, 200, objectAccess);
  expect(explained.groups).toEqual([{ group_id: group.id, name: group.name, level: 'curate', member_count: 2 }]);
  const through = { because: 'group', level: 'read', group_id: group.id, group_name: group.name };
  expect(explained.users.find((user) => user.user_id === member.user.id)).toMatchObject({
    level: 'read',
    reasons: [through],
  });
  const theirs = answered(await client.get(`/api/admin/users/${member.user.id}/access`), 200, userAccess);
  expect(theirs.objects.find((object) => object.object_id === corpus.id)).toMatchObject({ reasons: [through] });

  const records = answered(await client.get(`/api/admin/audit?actor=${owner.user.id}&limit=5`), 200, auditList).records;
  expect(records.slice(0, 2)).toEqual([
    expect.objectContaining({
      action: 'grant.put',
      object: { kind: 'group', id: group.id, name: group.name },
      related: { kind: 'corpus', id: corpus.id, name: corpus.name },
      facts: expect.objectContaining({ level: 'curate', api_key_id: key.id }),
    }),
    expect.objectContaining({ action: 'grant.removed', object: { kind: 'group', id: everyoneId, name: 'Everyone' } }),
  ]);
});

test('who curates through a group alone may give that up, and is then answered as anybody else', async () => {
  const { owner, fellow, corpus, group, reads } = await given();
  await owner.client.put(at(corpus.id, group.id), { level: 'curate' });
  await owner.client.delete(at(corpus.id, everyoneId));
  expect((await fellow.client.delete(at(corpus.id, group.id))).status).toBe(204);
  refused(await fellow.client.get(`/api/corpora/${corpus.id}/access`), 404, 'not_found');
  expect([await reads(fellow), await reads(owner), await reads(server().admin)]).toEqual([404, 200, 200]);
});
