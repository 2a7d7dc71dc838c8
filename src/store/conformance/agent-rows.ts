import { expect } from 'vitest';
import { everyoneGroupId } from '../../contract/access.ts';
import { type AgentDefinition, benchAgentId } from '../../contract/agents.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../store.ts';
import { definitionOf, newAgent } from './given-agents.ts';
import { acceptArgs } from './given-log.ts';
import type { Row } from './row.ts';

const at = '2026-11-27T08:00:00.000Z';

async function newAdministrator(store: Store): Promise<string> {
  const userId = newId();
  const name = { username: `administrator-${userId}`, displayName: 'Ada' };
  const made = { by: { userId: null }, userId, ...name, role: 'administrator', passwordHash: 'x', at } as const;
  await store.write.createUser(made);
  return userId;
}

async function newSession(store: Store, userId: string, agentId: string): Promise<string> {
  const sessionId = newId();
  const session = {
    sessionId,
    userId,
    agentId,
    title: 'Session',
    titleIsSet: false,
    corpora: [],
    origin: 'web',
  } as const;
  await store.write.createSession({ ...session, at, by: { userId } });
  return sessionId;
}

export const agentRows: readonly Row[] = [
  {
    title: 'each save of an agent is a version that stays as it was, and a save of what was changed meanwhile is none',
    async run({ opened: { store } }) {
      const userId = await newAdministrator(store);
      const { agentId, change, definition } = await newAgent(store, { userId });
      const verse = { ...definition, instructions: 'Answer in verse.' };
      const save = (baseVersion: number, next: AgentDefinition, note = '') =>
        store.write.saveAgent({ ...change, baseVersion, definition: next, note });
      expect(await save(1, verse, 'Verse')).toEqual({ outcome: 'saved', version: 2 });
      expect(await save(2, verse), 'nothing was changed').toEqual({ outcome: 'saved', version: 2 });
      expect(await save(1, verse, 'Verse'), 'the answer was lost').toEqual({ outcome: 'saved', version: 2 });
      expect(await save(1, definition)).toEqual({ outcome: 'changed_by_another' });
      expect(await store.write.restoreAgent({ ...change, baseVersion: 1, version: 1, note: '' })).toEqual({
        outcome: 'changed_by_another',
      });
      expect(await store.write.restoreAgent({ ...change, baseVersion: 2, version: 9, note: '' })).toEqual({
        outcome: 'not_found',
      });
      expect(await store.write.restoreAgent({ ...change, baseVersion: 2, version: 1, note: 'Back' })).toEqual({
        outcome: 'saved',
        version: 3,
      });
      const again = await store.write.restoreAgent({ ...change, baseVersion: 2, version: 1, note: 'Back' });
      expect(again, 'the answer was lost').toEqual({ outcome: 'saved', version: 3 });

      const versions = (await store.scan.agentVersions({ agentId, limit: 10 })) ?? [];
      expect(versions.map(({ version, note, created_by }) => [version, note, created_by])).toEqual([
        [3, 'Back', userId],
        [2, 'Verse', userId],
        [1, '', userId],
      ]);
      expect((await store.scan.agentVersions({ agentId, before: 3, limit: 1 }))?.map((each) => each.version)).toEqual([
        2,
      ]);
      expect((await store.read.agentVersionOf({ agentId }))?.definition).toEqual(definition);
      expect((await store.read.agentVersionOf({ agentId, version: 2 }))?.definition).toEqual(verse);
      expect(await store.read.agentVersionOf({ agentId, version: 4 })).toBeUndefined();
      expect(await store.scan.agentVersions({ agentId: benchAgentId, limit: 10 })).toBeUndefined();
    },
  },
  {
    title: 'of two who save over one version at once, one saves',
    async run({ opened: { store } }) {
      const userId = await newAdministrator(store);
      const { change, definition } = await newAgent(store, { userId });
      const saved = await Promise.all(
        ['Answer in verse.', 'Answer in prose.'].map((instructions) =>
          store.write.saveAgent({ ...change, baseVersion: 1, definition: { ...definition, instructions }, note: '' }),
        ),
      );
      expect(saved.map(({ outcome }) => outcome).toSorted()).toEqual(['changed_by_another', 'saved']);
    },
  },
  {
    title:
      'an agent’s name is its own, however it is written, and its corpora are there; an older version keeps deleted ones',
    async run({ opened: { store } }) {
      const userId = await newAdministrator(store);
      const corpus = newId();
      const facts = { id: corpus, name: `Corpus ${corpus}`, description: '', ownerUserId: null };
      await store.write.createCorpus({ by: { userId }, ...facts, at });
      const one = await newAgent(store, { userId }, { corpora: [corpus] });
      const two = await newAgent(store, { userId });
      const save = (baseVersion: number, definition: AgentDefinition) =>
        store.write.saveAgent({ ...one.change, baseVersion, definition, note: '' });
      expect(await save(1, { ...one.definition, name: two.definition.name.toUpperCase() })).toEqual({
        outcome: 'name_taken',
      });
      expect(await save(1, { ...one.definition, corpora: [newId()] })).toEqual({ outcome: 'no_such_corpus' });
      const asking = (...sub_agents: string[]) => save(1, { ...one.definition, sub_agents });
      expect(await asking(two.agentId, newId()), 'an agent that is not there').toEqual({ outcome: 'no_such_agent' });
      expect(await asking(one.agentId), 'itself').toEqual({ outcome: 'no_such_agent' });
      expect(await save(1, { ...one.definition, corpora: [] })).toMatchObject({ version: 2 });
      await store.write.deleteCorpus({ by: { userId }, id: corpus, at });
      expect(await save(2, one.definition)).toEqual({ outcome: 'no_such_corpus' });
      expect(await store.write.restoreAgent({ ...one.change, baseVersion: 2, version: 1, note: '' })).toMatchObject({
        version: 3,
      });
      expect((await store.read.agentAccess({ userId, agentIds: [one.agentId] }))[0]?.default_corpora).toEqual([corpus]);
      expect(await save(3, { ...one.definition, corpora: [], model: 'tiny' })).toMatchObject({ version: 4 });
      const models = new Map((await store.scan.agentsWithCorpora({})).map(({ id, model }) => [id, model]));
      expect([models.get(one.agentId), models.get(two.agentId)]).toEqual(['tiny', two.definition.model]);
    },
  },
  {
    title:
      'an agent that is switched off is nobody’s until it is switched on; a deleted one is in no list and granted to nobody',
    async run({ opened: { store } }) {
      const userId = await newAdministrator(store);
      const { agentId, change, definition } = await newAgent(store, { userId });
      const mine = async () => (await store.read.agentAccess({ userId, agentIds: [agentId] })).map(({ id }) => id);
      const granted = async () => (await store.scan.grantMatrix({})).some((object) => object.id === agentId);
      const listed = async () => (await store.scan.agentsWithCorpora({})).some(({ id }) => id === agentId);
      expect(await mine()).toEqual([agentId]);
      expect(await store.write.setAgentActive({ ...change, isActive: false })).toBe('set');
      expect([await mine(), await granted(), await listed()]).toEqual([[], true, true]);
      expect(await store.write.setAgentActive({ ...change, isActive: true })).toBe('set');
      expect(await mine()).toEqual([agentId]);

      expect(await store.write.deleteAgent(change)).toBe('deleted');
      expect([await mine(), await granted(), await listed()]).toEqual([[], false, false]);
      expect(await store.write.deleteAgent(change)).toBe('not_found');
      expect(await store.write.setAgentActive({ ...change, isActive: true })).toBe('not_found');
      expect(await store.write.saveAgent({ ...change, baseVersion: 1, definition, note: '' })).toEqual({
        outcome: 'not_found',
      });
      const grant = { by: { userId }, groupId: everyoneGroupId, kind: 'agent', objectId: agentId } as const;
      expect(await store.write.putGrant({ ...grant, level: 'use', at })).toBe('not_found');
      expect(await store.read.agentVersionOf({ agentId })).toBeUndefined();
      const again = { agentId: `agent_${newId().replaceAll('-', '')}`, definition, note: '', at, by: { userId } };
      expect(await store.write.createAgent(again), 'its name is free').toBe('created');
    },
  },
  {
    title: 'a turn notes the version of its agent that was newest when it was accepted, and runs with that one',
    async run({ opened: { store } }) {
      const userId = await newAdministrator(store);
      const { agentId, change, definition } = await newAgent(store, { userId });
      const sessionId = await newSession(store, userId, agentId);
      const ask = () => store.write.acceptTurn(acceptArgs(sessionId, userId));
      await ask();
      const verse = { ...definition, instructions: 'Answer in verse.' };
      await store.write.saveAgent({ ...change, baseVersion: 1, definition: verse, note: '' });
      await ask();
      const turns = await store.scan.sessionTurns({ sessionId, limit: 10 });
      expect(turns.map((turn) => turn.agent_version)).toEqual([2, 1]);
      const defined = (version: number | null) => store.read.definitionOfTurn({ agentId, sessionId, version });
      expect([await defined(1), await defined(2), await defined(null)]).toEqual([definition, verse, verse]);
      await store.write.stopSessionTurns({ sessionId, code: 'stopped', at, by: { userId } });
    },
  },
  {
    title:
      'a test of what is not saved is its administrator’s session alone, and each of its turns runs with the draft of its time',
    async run({ opened: { store } }) {
      const [userId, other] = [await newAdministrator(store), await newAdministrator(store)];
      const [sessionId, definition] = [newId(), definitionOf()];
      const by = { userId };
      const test = {
        sessionId,
        userId,
        title: 'Test',
        corpora: [],
        temporaryUntil: '2030-01-01T00:00:00.000Z',
        at,
        by,
      };
      await store.write.beginAgentTest({ ...test, definition });
      const put = (next: AgentDefinition, who = userId) =>
        store.write.putAgentDraft({ sessionId, userId: who, definition: next, corpora: [], at, by: { userId: who } });
      const ask = async () =>
        (await store.write.acceptTurn(acceptArgs(sessionId, userId, { mayTestDrafts: true }))).outcome;
      expect(await ask()).toBe('accepted');
      const verse = { ...definition, instructions: 'Answer in verse.' };
      expect(await put(verse)).toBe('put');
      expect(await put(verse), 'the same is no new draft').toBe('put');
      expect(await ask()).toBe('accepted');
      expect(await put(definition, other)).toBe('not_found');
      const turns = await store.scan.sessionTurns({ sessionId, limit: 10 });
      expect(turns.map((turn) => [turn.agent_name, turn.agent_version])).toEqual([
        ['Test bench', 2],
        ['Test bench', 1],
      ]);
      const defined = (version: number) => store.read.definitionOfTurn({ agentId: benchAgentId, sessionId, version });
      expect([await defined(1), await defined(2)]).toEqual([definition, verse]);

      const elsewhere = await newSession(store, other, benchAgentId);
      expect(await store.read.sessionExists({ sessionId: elsewhere }), 'no other session has the bench').toBe(false);
      const untested = await store.write.acceptTurn(acceptArgs(sessionId, userId));
      expect(untested, 'whoever may not try drafts out').toEqual({ outcome: 'agent_unavailable' });
      expect(await put(definition, other)).toBe('not_found');
      const grant = { by, groupId: everyoneGroupId, kind: 'agent', objectId: benchAgentId, level: 'use', at } as const;
      expect(await store.write.putGrant(grant)).toBe('not_found');
      expect((await store.scan.agentsWithCorpora({})).some(({ id }) => id === benchAgentId)).toBe(false);
      await store.write.stopSessionTurns({ sessionId, code: 'stopped', at, by });
      await store.write.invalidateSessions({ sessionIds: [sessionId], at, by });
      expect(await put(verse)).toBe('inactive');
    },
  },
  {
    title: 'what somebody saved stays when they are erased, and names nobody; the drafts of their tests go',
    async run({ opened: { store } }) {
      const userId = await newAdministrator(store);
      const { agentId, definition } = await newAgent(store, { userId });
      const sessionId = newId();
      const test = { sessionId, userId, title: 'Test', corpora: [], temporaryUntil: '2030-01-01T00:00:00.000Z' };
      await store.write.beginAgentTest({ ...test, definition, at, by: { userId } });
      const draft = { agentId: benchAgentId, sessionId, version: 1 };
      expect(await store.read.definitionOfTurn(draft)).toEqual(definition);
      await store.write.eraseUser({ by: { userId: null }, at, userId, corpora: 'keep' });
      while ((await store.write.clearErased({ maxRows: 50, withoutFile: [], at })).did === 'some');
      expect(await store.read.definitionOfTurn(draft)).toBeUndefined();
      expect(await store.read.agentVersionOf({ agentId })).toMatchObject({ created_by: null, maker: null, definition });
    },
  },
  {
    title:
      'what comes with the product is a new version of a built-in agent until an administrator changes more than its corpora',
    async run({ opened: { store } }) {
      const userId = await newAdministrator(store);
      const id = `built_in_${newId().slice(0, 8)}`;
      const { corpora: _, model: __, ...whole } = definitionOf();
      const { name, description, tools } = whole;
      const start = (instructions: string) =>
        store.write.putBuiltins({ agents: [{ id, name, description, tools, instructions }], at });
      const newest = async () => {
        const found = await store.read.agentVersionOf({ agentId: id });
        return [found?.version, found?.definition.instructions, found?.is_delivered];
      };
      await start('One.');
      await start('One.');
      expect(await newest()).toEqual([1, 'One.', 1]);
      const corpus = newId();
      const facts = { id: corpus, name: `Corpus ${corpus}`, description: '', ownerUserId: null };
      await store.write.createCorpus({ by: { userId }, ...facts, at });
      await store.write.setAgentCorpora({ agentId: id, corpora: [corpus], at, by: { userId } });
      await start('Two.');
      expect(await newest()).toEqual([3, 'Two.', 1]);
      const definition = (await store.read.agentVersionOf({ agentId: id }))?.definition;
      expect(definition?.corpora, 'its corpora are the administrators’').toEqual([corpus]);
      await start('One.');
      expect(await newest(), 'an older server beside it undoes nothing').toEqual([3, 'Two.', 1]);

      const own = { ...definitionOf(), ...definition, instructions: 'Ours.' };
      await store.write.saveAgent({ agentId: id, baseVersion: 3, definition: own, note: '', at, by: { userId } });
      await start('Three.');
      expect(await newest()).toEqual([4, 'Ours.', 0]);
      await store.write.restoreAgent({ agentId: id, baseVersion: 4, version: 3, note: '', at, by: { userId } });
      await start('Three.');
      expect(await newest(), 'brought back, it follows the product again').toEqual([6, 'Three.', 1]);
      expect(await store.write.deleteAgent({ agentId: id, at, by: { userId } })).toBe('builtin');
      await store.write.setAgentActive({ agentId: id, isActive: false, at, by: { userId } });
    },
  },
];
