import { expect } from 'vitest';
import { systemClock } from '../../clock.ts';
import { everyoneGroupId } from '../../contract/access.ts';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../store.ts';
import { agentId } from './given-log.ts';
import type { Row } from './row.ts';

const at = '2026-11-22T10:00:00.000Z';
const later = '2026-11-22T11:00:00.000Z';

/** A group of a name that no other row uses. */
async function newGroup(store: Store, name = `Group ${newId()}`): Promise<string> {
  const groupId = newId();
  expect(await store.write.createGroup({ by: byServer, groupId, name, at })).toBe('created');
  return groupId;
}

async function newCorpus(store: Store, name = `Corpus ${newId()}`): Promise<string> {
  const id = newId();
  expect(await store.write.createCorpus({ by: byServer, id, name, description: '', ownerUserId: null, at })).toBe(
    'created',
  );
  return id;
}

const grantsOf = async (store: Store, groupId: string) =>
  (await store.scan.groupGrants({ groupId })).map((grant) => `${grant.object_id} ${grant.level}`);

const membersOf = async (store: Store, groupId: string) =>
  (await store.scan.groupMembers({ groupId, limit: 1_000 })).map(({ id }) => id).toSorted();

const namesOf = async (store: Store, args: { q: string; afterKey?: string; limit: number }) =>
  (await store.scan.listGroups(args)).map(({ name }) => name);

export const groupRows: readonly Row[] = [
  {
    title: 'a group’s name is taken however it is written, until that group has another or is gone',
    async run({ opened: { store } }) {
      const mark = newId();
      const first = await newGroup(store, `Café ${mark}`);
      for (const name of [`café ${mark}`, `CAFÉ  ${mark}`, `cafe\u0301 ${mark}`]) {
        expect(await store.write.createGroup({ by: byServer, groupId: newId(), name, at })).toBe('name_taken');
      }
      const second = await newGroup(store);
      expect(await store.write.renameGroup({ at, by: byServer, groupId: second, name: `CAFÉ ${mark}` })).toBe(
        'name_taken',
      );
      expect(
        await store.write.renameGroup({ at, by: byServer, groupId: first, name: `CAFÉ ${mark}` }),
        'its own name',
      ).toBe('renamed');
      expect(await store.scan.groupById({ groupId: first })).toMatchObject({ name: `CAFÉ ${mark}` });
      expect(await store.write.renameGroup({ at, by: byServer, groupId: first, name: `Tea ${mark}` })).toBe('renamed');
      expect(await store.write.renameGroup({ at, by: byServer, groupId: second, name: `Café ${mark}` })).toBe(
        'renamed',
      );
      expect(await store.write.deleteGroup({ at, by: byServer, groupId: second })).toBe('deleted');
      await newGroup(store, `Café ${mark}`);
    },
  },
  {
    title: 'what is done to a group that is not there is told, and changes nothing',
    async run({ given, opened: { store } }) {
      const [userId, groupId] = [await given.user(), newId()];
      expect(await store.write.renameGroup({ at, by: byServer, groupId, name: newId() })).toBe('not_found');
      expect(await store.write.deleteGroup({ at, by: byServer, groupId })).toBe('not_found');
      expect(await store.write.addGroupMembers({ by: byServer, groupId, userIds: [userId], at })).toBe('not_found');
      expect(await store.write.addGroupMembers({ by: byServer, groupId, userIds: [], at })).toBe('not_found');
      expect(await store.write.removeGroupMember({ at, by: byServer, groupId, userId })).toBe('not_found');
      expect(await store.scan.groupById({ groupId })).toBeUndefined();
      expect(await membersOf(store, groupId)).toEqual([]);
    },
  },
  {
    title: 'everyone keeps its name and its members, and is not deleted',
    async run({ given, opened: { store } }) {
      const [userId, groupId] = [await given.user(), everyoneGroupId];
      const before = await store.scan.groupById({ groupId });
      expect(before).toMatchObject({ name: 'Everyone', is_builtin: 1 });
      expect(await store.write.renameGroup({ at, by: byServer, groupId, name: 'Nobody' })).toBe('builtin');
      expect(await store.write.deleteGroup({ at, by: byServer, groupId })).toBe('builtin');
      expect(await store.write.removeGroupMember({ at, by: byServer, groupId, userId })).toBe('builtin');
      expect(await store.write.createGroup({ by: byServer, groupId: newId(), name: ' EVERYONE', at })).toBe(
        'name_taken',
      );
      expect(await store.scan.groupById({ groupId })).toEqual(before);
      expect(await membersOf(store, groupId)).toContain(userId);
    },
  },
  {
    title: 'members are added once, all of them or none',
    async run({ given, opened: { store } }) {
      const [groupId, one, two] = [await newGroup(store), await given.user(), await given.user()];
      const gone = await given.user();
      await store.write.deleteUser({ by: byServer, userId: gone, at });
      const add = (userIds: string[]) =>
        store.write.addGroupMembers({ by: byServer, groupId, userIds, at: systemClock.now() });
      expect(await store.write.addGroupMembers({ by: byServer, groupId, userIds: [one], at })).toBe('added');
      expect(await add([two, newId()])).toBe('not_found');
      expect(await add([two, gone])).toBe('not_found');
      expect(await membersOf(store, groupId)).toEqual([one]);
      expect(await add([two, one, two])).toBe('added');
      expect(await add([])).toBe('added');
      expect(await membersOf(store, groupId)).toEqual([one, two].toSorted());
      const members = await store.scan.groupMembers({ groupId, limit: 9 });
      expect(members.find(({ id }) => id === one)?.added_at, 'the first time counts').toBe(at);
    },
  },
  {
    title: 'a membership that ended is gone, and ends again without complaint',
    async run({ given, opened: { store } }) {
      const [groupId, one, two] = [await newGroup(store), await given.user(), await given.user()];
      const other = await newGroup(store);
      for (const id of [groupId, other])
        await store.write.addGroupMembers({ by: byServer, groupId: id, userIds: [one, two], at });
      expect(await store.write.removeGroupMember({ at, by: byServer, groupId, userId: one })).toBe('removed');
      expect(await store.write.removeGroupMember({ at, by: byServer, groupId, userId: one })).toBe('removed');
      expect(await store.write.removeGroupMember({ at, by: byServer, groupId, userId: newId() })).toBe('not_found');
      expect(await membersOf(store, groupId)).toEqual([two]);
      expect(await membersOf(store, other)).toEqual([one, two].toSorted());
    },
  },
  {
    title: 'a group that is deleted takes its memberships along, and nobody else’s',
    async run({ given, opened: { store } }) {
      const [groupId, other, userId] = [await newGroup(store), await newGroup(store), await given.user()];
      for (const id of [groupId, other])
        await store.write.addGroupMembers({ by: byServer, groupId: id, userIds: [userId], at });
      expect(await store.write.deleteGroup({ at, by: byServer, groupId })).toBe('deleted');
      expect(await store.scan.groupById({ groupId })).toBeUndefined();
      expect(await membersOf(store, groupId)).toEqual([]);
      expect(await membersOf(store, other)).toEqual([userId]);
      expect(await membersOf(store, everyoneGroupId)).toContain(userId);
    },
  },
  {
    title: 'groups come by name, page by page, and are found by a text in any case and taken literally',
    async run({ opened: { store } }) {
      const mark = newId();
      for (const name of ['beta 50%', 'Alpha', 'ÄHREN', 'be_a', 'gamma']) await newGroup(store, `${mark} ${name}`);
      const all = await namesOf(store, { q: mark, limit: 9 });
      expect(all).toEqual(['Alpha', 'be_a', 'beta 50%', 'gamma', 'ÄHREN'].map((name) => `${mark} ${name}`));
      expect(await namesOf(store, { q: mark, limit: 2 })).toEqual(all.slice(0, 2));
      expect(await namesOf(store, { q: mark, limit: 2, afterKey: `${mark} be_a` })).toEqual(all.slice(2, 4));
      expect(await namesOf(store, { q: `${mark} ÄHR`, limit: 9 })).toEqual([all[4]]);
      expect(await namesOf(store, { q: `${mark} be_`, limit: 9 })).toEqual([all[1]]);
      expect(await namesOf(store, { q: `${mark} beta 50%`, limit: 9 })).toEqual([all[2]]);
    },
  },
  {
    title: 'members come by name, page by page, and deleted users are neither listed nor counted',
    async run({ given, opened: { store } }) {
      const groupId = await newGroup(store);
      const userIds = await Promise.all(Array.from({ length: 5 }, () => given.user()));
      await store.write.addGroupMembers({ by: byServer, groupId, userIds, at });
      await store.write.deleteUser({ by: byServer, userId: userIds[0] ?? '', at });
      await store.write.patchUser({ by: byServer, userId: userIds[1] ?? '', at, changes: { isActive: false } });
      expect(await store.scan.groupById({ groupId })).toMatchObject({ member_count: 4, grant_count: 0 });
      const seen: string[] = [];
      for (;;) {
        const afterKey = seen.at(-1);
        const page = await store.scan.groupMembers({ groupId, limit: 3, ...(afterKey !== undefined && { afterKey }) });
        seen.push(...page.map((member) => member.username_key));
        if (page.length < 3) break;
      }
      expect(seen).toEqual(
        userIds
          .slice(1)
          .map((id) => `user-${id}`)
          .toSorted(),
      );
    },
  },
  {
    title: 'a grant is stored once; another level takes the place of the first, the same keeps its time',
    async run({ opened: { store } }) {
      const [groupId, objectId] = [await newGroup(store), await newCorpus(store)];
      const put = (level: 'read' | 'curate', when: string) =>
        store.write.putGrant({ by: byServer, groupId, kind: 'corpus', objectId, level, at: when });
      const times = async () => (await store.scan.groupGrants({ groupId })).map((grant) => grant.granted_at);
      expect(await put('read', at)).toBe('granted');
      expect(await put('read', later)).toBe('granted');
      expect(await times()).toEqual([at]);
      expect(await put('curate', later)).toBe('granted');
      expect(await grantsOf(store, groupId)).toEqual([`${objectId} curate`]);
      expect(await times()).toEqual([later]);
      expect(await put('read', later)).toBe('granted');
      expect(await grantsOf(store, groupId)).toEqual([`${objectId} read`]);
    },
  },
  {
    title: 'grants come with the names of their objects, agents first',
    async run({ opened: { store } }) {
      const [groupId, mark] = [await newGroup(store), newId()];
      const [tea, coffee] = [await newCorpus(store, `Tea ${mark}`), await newCorpus(store, `Coffee ${mark}`)];
      await store.write.putGrant({ by: byServer, groupId, kind: 'corpus', objectId: tea, level: 'read', at });
      await store.write.putGrant({ by: byServer, groupId, kind: 'corpus', objectId: coffee, level: 'curate', at });
      await store.write.putGrant({ by: byServer, groupId, kind: 'agent', objectId: agentId, level: 'use', at });
      const grants = await store.scan.groupGrants({ groupId });
      expect(grants.map((grant) => [grant.object_kind, grant.name, grant.level])).toEqual([
        ['agent', 'Agent', 'use'],
        ['corpus', `Coffee ${mark}`, 'curate'],
        ['corpus', `Tea ${mark}`, 'read'],
      ]);
      expect(await store.scan.groupById({ groupId })).toMatchObject({ member_count: 0, grant_count: 3 });
    },
  },
  {
    title: 'nothing is granted to a group or of an object that is not there',
    async run({ opened: { store } }) {
      const [groupId, corpusId, gone] = [await newGroup(store), await newCorpus(store), await newCorpus(store)];
      expect(await store.write.deleteCorpus({ by: byServer, id: gone, at })).toBe('deleted');
      const nobody = newId();
      const corpus = { kind: 'corpus', level: 'read', at } as const;
      const agent = { kind: 'agent', level: 'use', at } as const;
      expect(await store.write.putGrant({ by: byServer, ...corpus, groupId: nobody, objectId: corpusId })).toBe(
        'not_found',
      );
      expect(await store.write.putGrant({ by: byServer, ...corpus, groupId, objectId: gone })).toBe('not_found');
      expect(await store.write.putGrant({ by: byServer, ...corpus, groupId, objectId: agentId })).toBe('not_found');
      expect(await store.write.putGrant({ by: byServer, ...agent, groupId, objectId: corpusId })).toBe('not_found');
      expect(
        await store.write.removeGrant({ at, by: byServer, kind: 'corpus', groupId: nobody, objectId: corpusId }),
      ).toBe('not_found');
      expect(await store.write.removeGrant({ at, by: byServer, kind: 'agent', groupId, objectId: corpusId })).toBe(
        'not_found',
      );
      expect(await grantsOf(store, groupId)).toEqual([]);
      expect(await grantsOf(store, nobody)).toEqual([]);
    },
  },
  {
    title: 'a grant that was taken away is gone, and only that one; again is no error',
    async run({ opened: { store } }) {
      const [groupId, other] = [await newGroup(store), await newGroup(store)];
      const [one, two] = [await newCorpus(store), await newCorpus(store)];
      for (const [id, objectId] of [
        [groupId, one],
        [groupId, two],
        [other, one],
      ] as const) {
        await store.write.putGrant({ by: byServer, groupId: id, kind: 'corpus', objectId, level: 'read', at });
      }
      expect(await store.write.removeGrant({ at, by: byServer, groupId, kind: 'corpus', objectId: one })).toBe(
        'removed',
      );
      expect(await store.write.removeGrant({ at, by: byServer, groupId, kind: 'corpus', objectId: one })).toBe(
        'removed',
      );
      expect(await grantsOf(store, groupId)).toEqual([`${two} read`]);
      expect(await grantsOf(store, other)).toEqual([`${one} read`]);
    },
  },
  {
    title: 'a group that is deleted takes its grants along: what was reached through it alone is reached no more',
    async run({ given, opened: { store } }) {
      const [groupId, userId, objectId] = [await newGroup(store), await given.user(), await newCorpus(store)];
      await store.write.removeGrant({ at, by: byServer, groupId: everyoneGroupId, kind: 'corpus', objectId });
      await store.write.addGroupMembers({ by: byServer, groupId, userIds: [userId], at });
      await store.write.putGrant({ by: byServer, groupId, kind: 'corpus', objectId, level: 'curate', at });
      const readable = async () => (await store.read.corpusAccess({ userId, corpusIds: [objectId] })).length;
      expect(await readable()).toBe(1);
      expect(await store.write.deleteGroup({ at, by: byServer, groupId })).toBe('deleted');
      expect(await grantsOf(store, groupId)).toEqual([]);
      expect(await readable()).toBe(0);
    },
  },
];
