import { expect } from 'vitest';
import { everyoneGroupId } from '../../contract/access.ts';
import { byServer } from '../../contract/audit.ts';
import type { Role } from '../../contract/auth.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../store.ts';
import { agentId } from './given-log.ts';
import type { Row } from './row.ts';

const at = '2026-11-27T08:00:00.000Z';

async function newUser(store: Store, role: Role): Promise<string> {
  const userId = newId();
  const name = { username: `${role}-${userId}`, displayName: role };
  await store.write.createUser({ by: byServer, userId, ...name, role, passwordHash: 'x', at });
  return userId;
}

async function newGroup(store: Store, members: readonly string[] = [], name = `Group ${newId()}`): Promise<string> {
  const groupId = newId();
  await store.write.createGroup({ by: byServer, groupId, name, at });
  await store.write.addGroupMembers({ by: byServer, groupId, userIds: [...members], at });
  return groupId;
}

async function newCorpus(store: Store, ownerUserId: string | null, name = `Corpus ${newId()}`): Promise<string> {
  const id = newId();
  await store.write.createCorpus({ by: byServer, id, name, description: '', ownerUserId, at });
  return id;
}

/** What one person sees of who may use a corpus. */
const groupsOf = (store: Store, corpusId: string, userId: string, q?: string) =>
  store.scan.corpusGroups({ corpusId, userId, maxOthers: 1_000, ...(q !== undefined && { q }) });

const levelsOf = async (store: Store, corpusId: string) =>
  (await groupsOf(store, corpusId, '')).granted.map(({ id, level }) => `${id} ${level}`);

export const corpusAccessRows: readonly Row[] = [
  {
    title: 'a corpus is granted by whoever curates it at that moment, and by nobody else',
    async run({ opened: { store } }) {
      const owner = await newUser(store, 'curator');
      const [fellow, reader] = [await newUser(store, 'curator'), await newUser(store, 'curator')];
      const [corpusId, other] = [await newCorpus(store, owner), await newCorpus(store, fellow)];
      const fellows = await newGroup(store, [fellow]);
      const put = (userId: string, level: 'read' | 'curate', groupId = fellows, id = corpusId) =>
        store.write.putCorpusAccess({ by: { userId }, corpusId: id, groupId, level, at });
      const remove = (userId: string, groupId: string) =>
        store.write.removeCorpusAccess({ by: { userId }, corpusId, groupId, at });
      const before = await levelsOf(store, corpusId);

      for (const userId of [fellow, reader]) {
        await expect(put(userId, 'curate')).rejects.toMatchObject({ code: 'forbidden' });
        await expect(remove(userId, everyoneGroupId)).rejects.toMatchObject({ code: 'forbidden' });
      }
      expect(await levelsOf(store, corpusId)).toEqual(before);

      expect(await put(owner, 'curate')).toBe('granted');
      expect(await remove(fellow, everyoneGroupId), 'who was let in lets in and out').toBe('removed');
      expect(await levelsOf(store, corpusId)).toEqual([`${fellows} curate`]);
      await expect(put(reader, 'read'), 'not found by whom it is taken from').rejects.toMatchObject({
        code: 'not_found',
      });
      expect(await levelsOf(store, other), 'another corpus is as it was').toEqual([`${everyoneGroupId} read`]);

      expect(await put(fellow, 'read'), 'one’s own right may be given up').toBe('granted');
      await expect(put(fellow, 'curate')).rejects.toMatchObject({ code: 'forbidden' });
      await store.write.patchUser({ by: byServer, userId: owner, at, changes: { role: 'member' } });
      await expect(put(owner, 'curate'), 'an owner who is a member now').rejects.toMatchObject({ code: 'forbidden' });
      expect(await levelsOf(store, corpusId)).toEqual([`${fellows} read`]);
    },
  },
  {
    title: 'access to a corpus is given to groups that are there, and not to a corpus that is deleted',
    async run({ opened: { store } }) {
      const owner = await newUser(store, 'curator');
      const [corpusId, groupId] = [await newCorpus(store, owner), await newGroup(store)];
      const asked = { by: { userId: owner }, corpusId, at };
      expect(await store.write.putCorpusAccess({ ...asked, groupId: newId(), level: 'read' })).toBe('not_found');
      expect(await store.write.removeCorpusAccess({ ...asked, groupId: newId() })).toBe('not_found');
      expect(await store.write.removeCorpusAccess({ ...asked, groupId }), 'what is not granted stays so').toBe(
        'removed',
      );
      await store.write.deleteCorpus({ by: byServer, id: corpusId, at });
      await expect(store.write.putCorpusAccess({ ...asked, groupId, level: 'read' })).rejects.toMatchObject({
        code: 'not_found',
      });
    },
  },
  {
    title: 'the groups of a corpus come with Everyone first and then by name, and the others are found by a text',
    async run({ opened: { store } }) {
      const [mark, owner] = [newId(), await newUser(store, 'curator')];
      const [one, two] = [await newUser(store, 'member'), await newUser(store, 'member')];
      const corpusId = await newCorpus(store, owner);
      const tea = await newGroup(store, [one, two], `tea ${mark}`);
      const coffee = await newGroup(store, [one], `Coffee ${mark}`);
      const milk = await newGroup(store, [], `Milk ${mark}`);
      for (const [groupId, level] of [
        [tea, 'read'],
        [coffee, 'curate'],
      ] as const) {
        await store.write.putGrant({ by: byServer, groupId, kind: 'corpus', objectId: corpusId, level, at });
      }
      await store.write.deleteUser({ by: byServer, userId: two, at });

      const { granted, others } = await groupsOf(store, corpusId, one, mark);
      expect(granted.map(({ id, level }) => [id, level])).toEqual([
        [everyoneGroupId, 'read'],
        [coffee, 'curate'],
        [tea, 'read'],
      ]);
      expect(granted.slice(1).map(({ member_count, is_mine }) => [member_count, is_mine])).toEqual([
        [1, 1],
        [1, 1],
      ]);
      expect(others).toEqual([{ id: milk, name: `Milk ${mark}` }]);
      expect((await groupsOf(store, corpusId, owner)).granted.map(({ is_mine }) => is_mine)).toEqual([1, 0, 0]);

      await store.write.removeGrant({
        by: byServer,
        groupId: everyoneGroupId,
        kind: 'corpus',
        objectId: corpusId,
        at,
      });
      expect((await groupsOf(store, corpusId, one)).others[0]?.id, 'Everyone is offered first').toBe(everyoneGroupId);
      const few = await store.scan.corpusGroups({ corpusId, userId: one, maxOthers: 1 });
      expect(few.others).toHaveLength(1);
    },
  },
  {
    title: 'an agent’s corpora are those that are there, each once, and a deleted one is counted and not named',
    async run({ opened: { store } }) {
      const [mark, userId] = [newId(), await newUser(store, 'member')];
      const tea = await newCorpus(store, null, `Tea ${mark}`);
      const coffee = await newCorpus(store, null, `Coffee ${mark}`);
      const set = (corpora: string[], agent = agentId) =>
        store.write.setAgentCorpora({ by: byServer, agentId: agent, corpora, at });
      const told = async () => (await store.scan.agentsWithCorpora({})).find(({ id }) => id === agentId);
      const namesOf = async () => (await told())?.corpora.map(({ name }) => name);

      expect(await set([tea, coffee, tea])).toBe('set');
      expect(await namesOf()).toEqual([`Coffee ${mark}`, `Tea ${mark}`]);
      expect(await set([tea, newId()])).toBe('no_such_corpus');
      expect(await set([tea], newId())).toBe('not_found');
      expect(await told()).toMatchObject({ deleted_corpora: 0 });

      await store.write.putGrant({
        by: byServer,
        groupId: everyoneGroupId,
        kind: 'agent',
        objectId: agentId,
        level: 'use',
        at,
      });
      const used = async () => (await store.read.agentAccess({ userId, agentIds: [agentId] }))[0]?.default_corpora;
      expect(await used()).toEqual([tea, coffee]);

      await store.write.deleteCorpus({ by: byServer, id: tea, at });
      expect(await namesOf()).toEqual([`Coffee ${mark}`]);
      expect(await told()).toMatchObject({ deleted_corpora: 1 });
      expect(await used(), 'what is set stays set').toEqual([tea, coffee]);
      expect(await set([tea])).toBe('no_such_corpus');
      expect(await set([])).toBe('set');
      expect([await used(), await namesOf()]).toEqual([[], []]);
    },
  },
];
