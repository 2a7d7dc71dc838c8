import { expect } from 'vitest';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../store.ts';
import { agentId } from './given-log.ts';
import type { Row } from './row.ts';

const at = '2026-11-22T10:00:00.000Z';
const change = { at, by: byServer };

const idsInBin = async ({ scan }: Store, userId: string, after?: { deletedAt: string; sessionId: string }) =>
  (await scan.sessionsInBin({ userId, limit: 2, ...(after && { after }) })).map(({ session_id }) => session_id);

export const sessionBinRows: readonly Row[] = [
  {
    title: 'a deleted session is in the bin of its owner alone, and restored as it was',
    async run({ opened: { store }, given }) {
      const { sessionId, userId } = await given.owned();
      const stranger = await given.user();
      const args = { ...change, sessionId, userId };
      expect(await store.write.restoreSession(args)).toBe(false);
      const before = await store.read.memberSession({ sessionId, userId });
      await store.write.deleteSession({ ...change, sessionId });
      expect(await idsInBin(store, userId)).toEqual([sessionId]);
      expect(await idsInBin(store, stranger)).toEqual([]);
      expect(await store.write.restoreSession({ ...args, userId: stranger })).toBe(false);
      expect(await store.write.purgeSession({ ...args, userId: stranger })).toBe(false);
      expect(await store.write.restoreSession(args)).toBe(true);
      const after = await store.read.memberSession({ sessionId, userId });
      expect(after).toEqual({ ...before, rev: after?.rev });
      expect(after?.rev).toBeGreaterThan(before?.rev ?? 0);
      expect(await idsInBin(store, userId)).toEqual([]);
    },
  },
  {
    title: 'a session that was deleted for good is in no bin, and comes back no more',
    async run({ opened: { store }, given }) {
      const { sessionId, userId } = await given.owned();
      const args = { ...change, sessionId, userId };
      await store.write.deleteSession({ ...change, sessionId });
      expect(await store.write.purgeSession(args)).toBe(true);
      expect(await store.write.purgeSession(args)).toBe(false);
      expect(await store.write.restoreSession(args)).toBe(false);
      expect(await idsInBin(store, userId)).toEqual([]);
    },
  },
  {
    title: 'the bin is paged by the time of deletion, the newest first',
    async run({ opened: { store }, given }) {
      const userId = await given.user();
      const ids: string[] = [];
      for (const second of ['01', '01', '02']) {
        const sessionId = await given.session(userId);
        const deletedAt = `2026-11-22T10:00:${second}.000Z`;
        await store.write.deleteSession({ ...change, at: deletedAt, sessionId });
        ids.push(sessionId);
      }
      const [one = '', two = '', newest = ''] = ids;
      const [first = '', second = ''] = [one, two].toSorted((a, b) => (a < b ? -1 : 1));
      expect(await idsInBin(store, userId)).toEqual([newest, first]);
      const place = { deletedAt: '2026-11-22T10:00:01.000Z', sessionId: first };
      expect(await idsInBin(store, userId, place)).toEqual([second]);
    },
  },
  {
    title: 'which sessions of a file a person has is told by their names there and here, without those in the bin',
    async run({ opened: { store }, given }) {
      const { sessionId, userId } = await given.owned();
      const deleted = await given.session(userId);
      await store.write.deleteSession({ ...change, sessionId: deleted });
      const importedFrom = [sessionId, deleted, 'chatgpt:none'];
      expect(await store.scan.importedAmong({ userId, importedFrom })).toEqual([sessionId]);
      expect(await store.scan.importedAmong({ userId: await given.user(), importedFrom })).toEqual([]);
      expect(await store.scan.importedAmong({ userId, importedFrom: [] })).toEqual([]);
    },
  },
  {
    title: 'a temporary session is found by no search of its owner, and goes when its time is over, also from the bin',
    async run({ opened: { store }, given }) {
      const userId = await given.user();
      const until = '2026-11-23T10:00:00.000Z';
      const open = async () => {
        const sessionId = newId();
        const facts = { userId, agentId, title: 'Fleeting', titleIsSet: true, corpora: [], origin: 'web' as const };
        await store.write.createSession({ ...change, ...facts, sessionId, temporaryUntil: until });
        return sessionId;
      };
      const [one, binned] = [await open(), await open()];
      await store.write.deleteSession({ ...change, sessionId: binned });
      expect(await store.read.memberSession({ sessionId: one, userId })).toMatchObject({ temporary_until: until });
      const listed = async (q?: string) =>
        (await store.scan.memberSessions({ userId, limit: 5, ...(q !== undefined && { q }) })).map(
          (row) => row.session_id,
        );
      expect([await listed(), await listed('fleet')]).toEqual([[one], []]);
      const purge = (now: string) => store.write.purgeDeletedSessions({ deletedBefore: at, max: 100, at: now });
      await purge('2026-11-23T09:59:59.999Z');
      expect([await listed(), await idsInBin(store, userId)]).toEqual([[one], [binned]]);
      expect(await purge(until)).toBe(2);
      expect([await listed(), await idsInBin(store, userId)]).toEqual([[], []]);
      expect(await store.read.memberSession({ sessionId: one, userId })).toBeUndefined();
    },
  },
  {
    title: 'sessions are found by a tag as a whole, whatever is in it, and an erased one has none',
    async run({ opened: { store }, given }) {
      const { sessionId, userId } = await given.owned();
      const tags = ['Blue sky', 'a "quoted\\ tag', '50%'];
      await store.write.updateSession({ ...change, sessionId, changes: { tags } });
      const found = async (tag: string) =>
        (await store.scan.memberSessions({ userId, limit: 5, tag })).map((row) => row.session_id);
      for (const tag of tags) expect(await found(tag), tag).toEqual([sessionId]);
      for (const tag of ['Blue', 'sky', 'quoted', '5_%', '%', '']) expect(await found(tag), tag).toEqual([]);
      expect(await store.scan.tagsOfSessions({ userId, limit: 5 })).toEqual([{ tags: JSON.stringify(tags) }]);
      await store.write.deleteSession({ ...change, sessionId });
      await store.write.purgeSession({ ...change, sessionId, userId });
      const { records } = await store.scan.sessionsByText({
        status: 'deleted',
        sort: 'last_activity',
        limit: 1,
        q: sessionId,
        upTo: 1,
      });
      expect(records[0]?.tags).toBe('[]');
    },
  },
];
