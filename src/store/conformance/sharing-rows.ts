import { expect } from 'vitest';
import { byServer } from '../../contract/audit.ts';
import type { ShareLevel } from '../../contract/sharing.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../store.ts';
import type { GivenLog } from './given-log.ts';
import type { Row } from './row.ts';

const at = '2026-11-22T10:00:00.000Z';
const change = { at, by: byServer };

/** What every store promises of sessions that are shared. */
export const sharingRows: readonly Row[] = [
  {
    title:
      'a person who is let into a session has it in their list, at the level they were given last, until they are let out',
    async run({ opened: { store }, given }) {
      const { owner, share, unshare } = await givenShared(given);
      const guest = await given.user();
      const seen = () => levelOf(store, owner.sessionId, guest);
      expect(await seen()).toBeUndefined();
      expect(await share(guest, 'read')).toBe('shared');
      expect(await seen()).toBe('read');
      expect(await share(guest, 'read'), 'again').toBe('shared');
      expect(await share(guest, 'write')).toBe('shared');
      expect(await seen()).toBe('write');
      expect(await listed(store, guest)).toEqual([owner.sessionId]);
      expect((await listOf(store, guest))[0]).toMatchObject({ is_shared: 1, user_id: owner.userId });
      expect(await unshare(guest)).toBe('removed');
      expect(await seen()).toBeUndefined();
      expect(await listed(store, guest)).toEqual([]);
      expect(await unshare(guest), 'again').toBe('removed');
    },
  },
  {
    title:
      'of several grants the highest holds, and of a group all who are in it, whenever they come and until they go',
    async run({ opened: { store }, given }) {
      const { owner, shareGroup, share, unshare } = await givenShared(given);
      const guest = await given.user();
      const late = await given.user();
      const seen = (userId: string) => levelOf(store, owner.sessionId, userId);
      const groupId = await givenGroup(store, [owner.userId, guest]);
      expect(await shareGroup(groupId, 'write')).toBe('shared');
      expect([await seen(guest), await seen(late)]).toEqual(['write', undefined]);
      expect(await seen(owner.userId), 'the owner stays one').toBe('owner');
      expect(await share(guest, 'read')).toBe('shared');
      expect(await seen(guest)).toBe('write');
      await store.write.addGroupMembers({ ...change, groupId, userIds: [late] });
      expect(await seen(late)).toBe('write');
      await store.write.removeGroupMember({ ...change, groupId, userId: guest });
      expect(await seen(guest), 'by the grant to themself').toBe('read');
      await unshare(guest);
      expect(await seen(guest)).toBeUndefined();
      await store.write.deleteGroup({ ...change, groupId });
      expect(await seen(late)).toBeUndefined();
      expect(await store.read.memberSession(owner)).toMatchObject({ is_shared: 0, level: 'owner' });
    },
  },
  {
    title: 'only its owner shares a session, with people who can sign in and groups the owner is in',
    async run({ opened: { store }, given }) {
      const { owner, share, shareGroup } = await givenShared(given);
      const [guest, other, gone] = [await given.user(), await given.user(), await given.user()];
      const foreign = await givenGroup(store, [guest]);
      await store.write.deleteUser({ ...change, userId: gone });
      await share(guest, 'write');
      const byGuest = { ...change, sessionId: owner.sessionId, userId: guest };
      const subject = { kind: 'user', id: other } as const;
      expect(await store.write.shareSession({ ...byGuest, subject, level: 'read' })).toBe('not_found');
      expect(await store.write.unshareSession({ ...byGuest, subject })).toBe('not_found');
      expect(await store.write.unshareSession({ ...byGuest, userId: other, subject }), 'a stranger').toBe('not_found');
      expect(await share(owner.userId, 'write')).toBe('own');
      expect(await share(gone, 'read')).toBe('nobody');
      expect(await share(newId(), 'read')).toBe('nobody');
      expect(await shareGroup(foreign, 'read')).toBe('nobody');
      const own = { kind: 'user', id: guest } as const;
      expect(await store.write.unshareSession({ ...byGuest, subject: own }), 'leaves').toBe('removed');
      expect(await levelOf(store, owner.sessionId, guest)).toBeUndefined();
      await store.write.deleteSession({ ...change, sessionId: owner.sessionId });
      expect(await share(guest, 'read')).toBe('not_found');
    },
  },
  {
    title:
      'whoever may read a session sends nothing in it; whoever may write no more has what they asked for cancelled',
    async run({ given }) {
      const { owner, share, unshare } = await givenShared(given);
      const [writer, reader] = [await given.user(), await given.user()];
      await share(writer, 'write');
      await share(reader, 'read');
      const asWriter = { sessionId: owner.sessionId, userId: writer };
      expect(await given.accept({ sessionId: owner.sessionId, userId: reader })).toEqual({ outcome: 'not_found' });
      const [theirs, own] = [await given.accept(asWriter), await given.accept(owner)];
      if (!('turnId' in theirs) || !('turnId' in own)) throw new Error('a message was refused');
      await unshare(writer);
      const states = (await given.log(owner.sessionId)).filter(({ type }) => type === 'turn_state');
      expect(
        states.map(({ turn_id, payload }) => [turn_id, JSON.parse(payload).state, JSON.parse(payload).code]),
      ).toEqual([
        [theirs.turnId, 'queued', undefined],
        [own.turnId, 'queued', undefined],
        [theirs.turnId, 'cancelled', 'not_shared'],
      ]);
      expect(await given.accept(asWriter)).toEqual({ outcome: 'not_found' });
      await given.erase(owner.sessionId);
    },
  },
  {
    title: 'a deleted session is nobody’s, brought back it is shared as before, and erased it is shared with nobody',
    async run({ opened: { store }, given }) {
      const { owner, share } = await givenShared(given);
      const guest = await given.user();
      await share(guest, 'read');
      await visit(store, owner.sessionId, guest, 1_000);
      await store.write.deleteSession({ ...change, sessionId: owner.sessionId });
      expect(await listed(store, guest)).toEqual([]);
      await store.write.restoreSession({ ...change, ...owner });
      expect(await listed(store, guest)).toEqual([owner.sessionId]);
      await given.erase(owner.sessionId);
      expect(await levelOf(store, owner.sessionId, guest)).toBeUndefined();
      expect(await store.read.membershipsAmong({ userId: guest, sessionIds: [owner.sessionId] })).toEqual([]);
    },
  },
  {
    title: 'somebody who is deleted or erased is let into nothing',
    async run({ opened: { store }, given }) {
      const { owner, share, shareGroup } = await givenShared(given);
      const [deleted, erased] = [await given.user(), await given.user()];
      const groupId = await givenGroup(store, [owner.userId, deleted, erased]);
      await shareGroup(groupId, 'read');
      await share(deleted, 'write');
      await share(erased, 'write');
      await visit(store, owner.sessionId, erased, 1_000);
      await store.write.deleteUser({ ...change, userId: deleted });
      await store.write.eraseUser({ ...change, userId: erased, corpora: 'keep' });
      const people = await store.scan.sessionPeople(owner);
      expect(people?.shares.map(({ kind, id }) => [kind, id])).toEqual([['group', groupId]]);
      expect(people?.people.map(({ user_id }) => user_id)).toEqual([owner.userId]);
      for (const userId of [deleted, erased]) expect(await levelOf(store, owner.sessionId, userId)).toBeUndefined();
    },
  },
  {
    title: 'of somebody who is erased nothing is left that they wrote in sessions of others, or were answered there',
    async run({ opened: { store }, given }) {
      const { owner, share } = await givenShared(given);
      const guest = await given.user();
      await share(guest, 'write');
      const asGuest = { sessionId: owner.sessionId, userId: guest };
      await given.finish(await given.running(asGuest), `an answer to ${guest}, ${'and so on '.repeat(10_000)}`);
      await given.finish(await given.running(owner), 'an answer to its owner');
      await store.write.eraseUser({ ...change, userId: guest, corpora: 'keep' });
      while ((await store.write.clearErased({ maxRows: 5, withoutFile: [], at })).did === 'some');
      const log = await given.log(owner.sessionId);
      const said = log.filter(({ type }) => type === 'user_message' || type === 'agent_message');
      expect(said.map(({ payload }) => 'redacted' in JSON.parse(payload))).toEqual([true, true, false, false]);
      expect(JSON.stringify(said)).not.toContain(guest);
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_event, index) => index + 1));
      expect((await store.scan.sessionPeople(owner))?.authors.map(({ user_id }) => user_id)).toEqual([owner.userId]);
      expect((await store.read.memberSession(owner))?.title, 'made from their message').toBe('');
      await given.erase(owner.sessionId);
    },
  },
  {
    title: 'its members alone are told who is in a session, who has it open, and who wrote in it',
    async run({ opened: { store }, given }) {
      const { owner, share } = await givenShared(given);
      const [guest, stranger] = [await given.user(), await given.user()];
      expect(await visit(store, owner.sessionId, owner.userId, 1_000), 'not shared').toBe('not_shared');
      await share(guest, 'write');
      const rev = async () => (await store.read.memberSession(owner))?.rev ?? 0;
      const before = await rev();
      expect(await visit(store, owner.sessionId, guest, 1_000)).toBe('noted');
      const came = await rev();
      expect(came, 'pages hear that somebody came').toBeGreaterThan(before);
      await visit(store, owner.sessionId, guest, 1_500);
      expect(await rev(), 'and nothing while they stay').toBe(came);
      await given.accept({ sessionId: owner.sessionId, userId: guest });
      const asked = { sessionId: owner.sessionId };
      const told = await store.scan.sessionPeople({ ...asked, userId: guest });
      expect(told).toMatchObject({ level: 'write', shares: [{ kind: 'user', id: guest, level: 'write' }] });
      expect(told?.people.map(({ user_id, open_until_ms }) => [user_id, open_until_ms])).toEqual([
        [owner.userId, null],
        [guest, 1_500],
      ]);
      expect(told?.authors.map(({ user_id }) => user_id).toSorted()).toEqual([owner.userId, guest].toSorted());
      expect(await store.scan.sessionPeople({ ...asked, userId: stranger })).toBeUndefined();
      expect(await visit(store, owner.sessionId, stranger, 1_000)).toBe('not_shared');
      await given.erase(owner.sessionId);
    },
  },
  {
    title: 'somebody is here for as long as one instance says so, and gone once the last does not',
    async run({ opened: { store }, given }) {
      const { owner, share } = await givenShared(given);
      const guest = await given.user();
      await share(guest, 'read');
      const until = async () => {
        const told = await store.scan.sessionPeople(owner);
        return told?.people.find(({ user_id }) => user_id === guest)?.open_until_ms;
      };
      await visit(store, owner.sessionId, guest, 1_000, 'one');
      await visit(store, owner.sessionId, guest, 1_200, 'two');
      await visit(store, owner.sessionId, guest, 500, 'two');
      expect(await until()).toBe(1_000);
      await visit(store, owner.sessionId, guest, 500, 'one');
      expect(await until()).toBe(500);
    },
  },
  {
    title: 'which people are members of which sessions is asked of many at once',
    async run({ opened: { store }, given }) {
      const { owner, share, unshare } = await givenShared(given);
      const [guest, stranger] = [await given.user(), await given.user()];
      const own = await given.session(guest);
      const sessionIds = [owner.sessionId, own];
      const among = async (...userIds: string[]) => {
        const found = await store.read.membersAmong({ sessionIds, userIds });
        return new Set(found.map(({ session_id, user_id }) => `${session_id} ${user_id}`));
      };
      await share(guest, 'read');
      const both = [`${own} ${guest}`, `${owner.sessionId} ${guest}`];
      expect(await among(guest, stranger)).toEqual(new Set(both));
      await unshare(guest);
      expect(await among(guest, stranger)).toEqual(new Set(both.slice(0, 1)));
      expect(await among()).toEqual(new Set());
      expect(await store.read.membersAmong({ sessionIds: [], userIds: [guest] })).toEqual([]);
    },
  },
  {
    title: 'what tells a page of what is shared with somebody changes with it, and with nothing else',
    async run({ opened: { store }, given }) {
      const { owner, share, unshare } = await givenShared(given);
      const guest = await given.user();
      const mark = () => store.read.sharedMark({ userId: guest });
      await given.session(guest);
      const marks = [await mark()];
      await share(guest, 'read', '2026-11-22T10:00:01.000Z');
      marks.push(await mark());
      await share(guest, 'write', '2026-11-22T10:00:02.000Z');
      marks.push(await mark());
      expect(new Set(marks).size).toBe(3);
      await visit(store, owner.sessionId, guest, 1_000);
      expect(await mark()).toBe(marks[2]);
      await unshare(guest);
      expect(await mark()).toBe(marks[0]);
    },
  },
  {
    title:
      'whom a session can be shared with is found by a part of their names: people who can sign in, and own groups',
    async run({ opened: { store }, given }) {
      const [userId, other, gone] = [await given.user(), await given.user(), await given.user()];
      const own = await givenGroup(store, [userId, other]);
      await givenGroup(store, [other]);
      await store.write.deleteUser({ ...change, userId: gone });
      const found = async (q: string) => {
        const candidates = await store.scan.shareCandidates({ userId, q, limit: 10 });
        return candidates.map(({ kind, id }) => [kind, id]);
      };
      expect(await found(`USER-${other}`)).toEqual([['user', other]]);
      expect(await found(userId), 'not oneself').toEqual([]);
      expect(await found(gone)).toEqual([]);
      expect(await found('Group %')).toEqual([]);
      expect(await found('Group ')).toEqual([['group', own]]);
    },
  },
];

async function givenShared(given: GivenLog) {
  const { store } = given;
  const owner = await given.owned();
  const put = (subject: { kind: 'user' | 'group'; id: string }, level: ShareLevel, when = at) =>
    store.write.shareSession({ ...change, at: when, ...owner, subject, level });
  return {
    owner,
    share: (id: string, level: ShareLevel, when?: string) => put({ kind: 'user', id }, level, when),
    shareGroup: (id: string, level: ShareLevel) => put({ kind: 'group', id }, level),
    unshare: (id: string) => store.write.unshareSession({ ...change, ...owner, subject: { kind: 'user', id } }),
  };
}

async function givenGroup(store: Store, userIds: readonly string[]): Promise<string> {
  const groupId = newId();
  await store.write.createGroup({ ...change, groupId, name: `Group ${groupId}` });
  await store.write.addGroupMembers({ ...change, groupId, userIds });
  return groupId;
}

const visit = (store: Store, sessionId: string, userId: string, openUntilMs: number, instanceId = 'instance') =>
  store.write.noteVisit({ sessionId, userId, instanceId, at, nowMs: 500, openUntilMs });

const levelOf = async (store: Store, sessionId: string, userId: string) =>
  (await store.read.memberSession({ sessionId, userId }))?.level;
const listOf = (store: Store, userId: string) => store.scan.memberSessions({ userId, limit: 10 });
const listed = async (store: Store, userId: string) =>
  (await listOf(store, userId)).map(({ session_id }) => session_id);
