import { expect } from 'vitest';
import { systemClock } from '../../clock.ts';
import { everyoneGroupId } from '../../contract/access.ts';
import { benchAgentId } from '../../contract/agents.ts';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../store.ts';
import { newAgent } from './given-agents.ts';
import { agentId, type GivenLog } from './given-log.ts';
import type { Row } from './row.ts';

const at = '2026-11-27T08:00:00.000Z';
const change = { by: byServer, at };

/** One more agent, which nobody may use. */
async function ungranted(store: Store): Promise<string> {
  const { agentId: objectId } = await newAgent(store, byServer);
  await store.write.removeGrant({ ...change, groupId: everyoneGroupId, kind: 'agent', objectId });
  return objectId;
}

async function newGroup(store: Store, members: readonly string[], agents: readonly string[] = []): Promise<string> {
  const groupId = newId();
  await store.write.createGroup({ ...change, groupId, name: `Group ${groupId}` });
  await store.write.addGroupMembers({ ...change, groupId, userIds: [...members] });
  for (const objectId of agents)
    await store.write.putGrant({ ...change, groupId, kind: 'agent', objectId, level: 'use' });
  return groupId;
}

function open(store: Store, userId: string, agent: string): Promise<string> {
  const session = { sessionId: newId(), title: 'T', titleIsSet: true, corpora: [], origin: 'api' } as const;
  return store.write.createSession({ ...session, userId, agentId: agent, ...change });
}

const begins = async (store: Store, userId: string) => (await store.read.defaultAgent({ userId }))?.id;

async function eventsOf(given: GivenLog, sessionId: string): Promise<unknown[]> {
  return (await given.log(sessionId))
    .filter(({ type }) => type === 'session_updated')
    .map(({ payload }) => JSON.parse(payload));
}

export const agentUseRows: readonly Row[] = [
  {
    title: 'a session is opened with an agent that its owner may use at that moment, and with no other',
    async run({ given, opened: { store } }) {
      const userId = await given.user();
      const agent = await ungranted(store);
      expect(await open(store, userId, agent), 'granted to nobody').toBe('agent_unavailable');
      expect(await open(store, userId, 'nothing')).toBe('agent_unavailable');
      const groupId = await newGroup(store, [userId], [agent]);
      expect(await open(store, userId, agent)).toBe('created');
      expect(await open(store, await given.user(), agent), 'of another').toBe('agent_unavailable');
      await store.write.removeGroupMember({ ...change, groupId, userId });
      expect(await open(store, userId, agent), 'who is in the group no more').toBe('agent_unavailable');
    },
  },
  {
    title: 'a session is switched to an agent that whoever switches it may use; the one it has is no change',
    async run({ given, opened: { store } }) {
      const { userId, sessionId } = await given.owned();
      const agent = await ungranted(store);
      const switchTo = (to: string) =>
        store.write.updateSession({ sessionId, by: { userId }, at, changes: { agentId: to } });
      expect(await switchTo(agent)).toBe('agent_unavailable');
      const groupId = await newGroup(store, [userId], [agent]);
      expect(await switchTo(agentId)).toBe('updated');
      expect(await eventsOf(given, sessionId), 'it has that one').toEqual([]);
      expect(await switchTo(agent)).toBe('updated');
      const name = (await store.read.agentVersionOf({ agentId: agent }))?.definition.name;
      const change1 = { agent: { id: agent, name }, agent_before: { id: agentId, name: 'Agent' } };
      expect(await eventsOf(given, sessionId)).toEqual([change1]);
      expect(await store.read.memberSession({ sessionId, userId })).toMatchObject({ active_agent_id: agent });
      const both = { agentId: agent, title: 'Named' };
      expect(await store.write.updateSession({ sessionId, by: { userId }, at, changes: both })).toBe('updated');
      expect(await eventsOf(given, sessionId)).toEqual([change1, { title: 'Named' }]);
      await store.write.deleteGroup({ ...change, groupId });
      expect(await switchTo(agent), 'it has that one, and may not use it any more').toBe('agent_unavailable');
      expect(await switchTo(agentId)).toBe('updated');
    },
  },
  {
    title: 'a message is taken while its author may use the session’s agent, whatever its owner may',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const guest = await given.user();
      const { sessionId } = owner;
      const subject = { kind: 'user', id: guest } as const;
      await store.write.shareSession({
        sessionId,
        userId: owner.userId,
        subject,
        level: 'write',
        at: systemClock.now(),
        by: byServer,
      });
      const agent = await ungranted(store);
      const groupId = await newGroup(store, [owner.userId], [agent]);
      await store.write.updateSession({ sessionId, by: { userId: owner.userId }, at, changes: { agentId: agent } });
      const outcomeOf = async (userId: string) => (await given.accept({ sessionId, userId })).outcome;
      expect(await outcomeOf(owner.userId)).toBe('accepted');
      expect(await outcomeOf(guest)).toBe('agent_unavailable');
      await store.write.addGroupMembers({ ...change, groupId, userIds: [guest] });
      expect(await outcomeOf(guest)).toBe('accepted');
      await store.write.removeGroupMember({ ...change, groupId, userId: owner.userId });
      expect(await outcomeOf(owner.userId)).toBe('agent_unavailable');
      const queued = (await given.log(sessionId)).filter(({ type }) => type === 'user_message');
      expect(queued, 'nothing of what was refused is stored').toHaveLength(2);
    },
  },
  {
    title:
      'a session begins with the first default of its owner’s groups that they may use, then everybody’s, then what is left',
    async run({ another }) {
      const { store } = await another();
      const users = [newId(), newId()] as const;
      for (const userId of users)
        await store.write.createUser({
          ...change,
          userId,
          username: userId,
          displayName: 'U',
          role: 'member',
          passwordHash: 'x',
        });
      const [member, stranger] = users;
      const [law, tax] = [await ungranted(store), await ungranted(store)];
      const { agentId: help } = await newAgent(store, byServer);
      const [lawyers, clerks] = [await newGroup(store, [member], [law]), await newGroup(store, [member], [tax])];
      expect(await begins(store, stranger), 'nothing is set').toBe(agentId);

      const set = (everyoneAgentId: string | null, ...groups: [groupId: string, agent: string][]) =>
        store.write.setAgentDefaults({
          ...change,
          everyoneAgentId,
          groups: groups.map(([groupId, id]) => ({ groupId, agentId: id })),
        });
      expect(await set(help, [clerks, tax], [lawyers, law])).toBe('set');
      expect(await begins(store, stranger)).toBe(help);
      expect(await begins(store, member)).toBe(tax);
      await set(help, [lawyers, law], [clerks, tax]);
      expect(await begins(store, member), 'the order is what administrators set').toBe(law);
      const told = (await store.scan.agentDefaults({})).map((row) => [row.group_id, row.agent_id, row.is_granted]);
      expect(told).toEqual([
        [lawyers, law, true],
        [clerks, tax, true],
        [everyoneGroupId, help, true],
      ]);

      await store.write.removeGrant({ ...change, groupId: lawyers, kind: 'agent', objectId: law });
      expect(await begins(store, member), 'a default gives nobody an agent').toBe(tax);
      expect((await store.scan.agentDefaults({}))[0]).toMatchObject({ group_id: lawyers, is_granted: false });
      await store.write.deleteGroup({ ...change, groupId: clerks });
      expect(await begins(store, member)).toBe(help);
      expect(await store.scan.agentDefaults({})).toHaveLength(2);

      expect(await set(null, [lawyers, 'nothing'])).toBe('no_such_agent');
      expect(await set(null, ['nobody', help])).toBe('no_such_group');
      expect(await set(null, [everyoneGroupId, help])).toBe('no_such_group');
      expect(await set(null, [lawyers, help], [lawyers, law])).toBe('no_such_group');
      expect(await store.scan.agentDefaults({}), 'all or nothing').toHaveLength(2);
      expect(await set(null)).toBe('set');
      expect(await store.scan.agentDefaults({})).toEqual([]);

      expect(await set(help, [lawyers, tax])).toBe('set');
      expect(await store.write.deleteAgent({ ...change, agentId: help })).toBe('deleted');
      const left = (await store.scan.agentDefaults({})).map((row) => row.agent_id);
      expect(left, 'a deleted agent is no default').toEqual([tax]);
      for (const id of [help, benchAgentId]) expect(await set(id), 'nor can it be one').toBe('no_such_agent');

      await store.write.removeGrant({ ...change, groupId: everyoneGroupId, kind: 'agent', objectId: agentId });
      expect(await begins(store, stranger), 'who may use none').toBeUndefined();
    },
  },
];
