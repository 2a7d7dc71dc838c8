import { expect } from 'vitest';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import type { RetentionKind } from '../../contract/retention.ts';
import type { SweptKind } from '../commands/retention.ts';
import type { Store } from '../store.ts';
import { acceptArgs, agentId } from './given-log.ts';
import type { Row } from './row.ts';

/** Before the time of every other row. */
const [long, lately, now] = ['2012-01-01T00:00:00.000Z', '2019-05-20T00:00:00.000Z', '2019-06-01T00:00:00.000Z'];
/** 30 days before it is now. */
const before = '2019-05-02T00:00:00.000Z';
const change = { at: now, by: byServer };

const set = (store: Store, kind: RetentionKind, keepDays: number | null) =>
  store.write.putRetentionRule({ ...change, kind, keepDays, wouldGo: 0 });

async function sweep(store: Store, kind: SweptKind): Promise<number> {
  let gone = 0;
  for (let taken = 1; taken > 0; gone += taken) taken = await store.write.sweepByRule({ kind, max: 2, at: now });
  return gone;
}

/** Sessions of one person, of which some were last used long ago. */
async function givenSessions(store: Store, userId: string) {
  const open = async (at: string, more: object = {}) => {
    const sessionId = newId();
    const titled = { agentId, title: 'Title', titleIsSet: true, corpora: [], origin: 'api' as const };
    await store.write.createSession({ ...titled, sessionId, userId, at, by: byServer, ...more });
    return sessionId;
  };
  const old = [await open(long), await open(long), await open(long)];
  const pinned = await open(long);
  await store.write.updateSession({
    ...change,
    at: long,
    sessionId: pinned,
    isOwnChoice: false,
    changes: { pinned: true },
  });
  const binned = await open(long);
  await store.write.deleteSession({ ...change, sessionId: binned });
  const temporary = await open(long, { temporaryUntil: '2040-01-01T00:00:00.000Z' });
  const fresh = await open(lately);
  return { old, kept: [pinned, binned, temporary, fresh] };
}

const isOrdered = async (store: Store, userId: string, sessionId: string) =>
  (await store.read.memberSession({ sessionId, userId })) === undefined &&
  !(await store.write.restoreSession({ ...change, sessionId, userId }));

export const retentionRows: readonly Row[] = [
  {
    title:
      'sessions go by their last activity in small batches, each with a record, and none that is pinned, in the bin, temporary or fresh',
    async run({ opened: { store }, given }) {
      const userId = await given.user();
      const { old, kept } = await givenSessions(store, userId);
      expect(await sweep(store, 'sessions')).toBe(0);
      await set(store, 'sessions', 30);
      const preview = await store.scan.wouldGo({ kind: 'sessions', before });
      expect(preview.oldest).toBe(long);
      expect(preview.people.find(({ user_id }) => user_id === userId)).toMatchObject({
        name: 'User',
        count: old.length,
      });
      expect(await sweep(store, 'sessions')).toBe(preview.count);
      expect(await store.scan.wouldGo({ kind: 'sessions', before })).toEqual({ count: 0, oldest: null, people: [] });
      for (const sessionId of old) {
        expect(await isOrdered(store, userId, sessionId)).toBe(true);
        const [record] = await store.scan.auditRecords({ objectId: sessionId, action: 'session.expired', limit: 2 });
        expect(record).toMatchObject({ actor_user_id: null });
      }
      const [pinned = '', binned = '', temporary = '', fresh = ''] = kept;
      for (const sessionId of [pinned, temporary, fresh])
        expect(await store.read.memberSession({ sessionId, userId })).toBeDefined();
      expect(await store.write.restoreSession({ ...change, sessionId: binned, userId })).toBe(true);
      await set(store, 'sessions', null);
    },
  },
  {
    title: 'a message that came in before the sweep keeps a session',
    async run({ opened: { store }, given }) {
      const userId = await given.user();
      const { old } = await givenSessions(store, userId);
      const [used = '', unused = ''] = old;
      await store.write.acceptTurn({ ...acceptArgs(used, userId), at: lately });
      await set(store, 'sessions', 30);
      await sweep(store, 'sessions');
      await set(store, 'sessions', null);
      expect(await store.read.memberSession({ sessionId: used, userId })).toBeDefined();
      expect(await store.read.memberSession({ sessionId: unused, userId })).toBeUndefined();
      // Its turn waits for nobody.
      await store.write.deleteSession({ ...change, sessionId: used });
    },
  },
  {
    title: 'openings of documents and names in the audit log go by their time, and no record of the log goes',
    async run({ opened: { store }, given }) {
      const { sessionId, userId } = await given.owned();
      const by = { userId };
      const opening = { documentId: newId(), corpusId: newId(), version: 1, what: 'text', notSince: now } as const;
      for (const at of [long, long, lately]) await store.write.noteDocumentAccess({ ...opening, at, by });
      const reason = { sessionId, reason: 'Said on the phone' };
      await store.write.noteSessionRead({ ...reason, at: long, by });
      await store.write.noteSessionRead({ ...reason, at: lately, by });
      expect(await store.scan.wouldGo({ kind: 'document_accesses', before })).toMatchObject({ count: 2, oldest: long });
      await set(store, 'document_accesses', 30);
      expect(await sweep(store, 'document_accesses')).toBe(2);
      expect(await store.scan.wouldGo({ kind: 'document_accesses', before: now })).toMatchObject({
        count: 1,
        oldest: lately,
      });
      await set(store, 'document_accesses', null);

      const records = () => store.scan.auditRecords({ objectId: reason.sessionId, limit: 9 });
      const whole = await records();
      await set(store, 'audit_personal', 90);
      const { count } = await store.scan.wouldGo({ kind: 'audit_personal', before: '2019-03-03T00:00:00.000Z' });
      expect(await sweep(store, 'audit_personal')).toBe(count);
      await set(store, 'audit_personal', null);
      expect((await records()).map(({ at, facts, personal }) => ({ at, facts, told: personal !== null }))).toEqual(
        whole.map(({ at, facts }) => ({ at, facts, told: at === lately })),
      );
    },
  },
  {
    title: 'what lies in the bins is counted by the same times as it goes',
    async run({ opened: { store }, given }) {
      const { sessionId, userId } = await given.owned();
      await store.write.deleteSession({ ...change, at: long, sessionId });
      const preview = await store.scan.wouldGo({ kind: 'session_bin', before });
      expect(preview.people.find(({ user_id }) => user_id === userId)?.count).toBe(1);
      expect(await store.write.purgeDeletedSessions({ deletedBefore: null, max: 10, at: now })).toBe(0);
      const byOldRule = { deletedBefore: before, keepDays: 30, max: 1_000, at: now };
      for (const kind of ['session_bin', 'document_bin'] as const) await set(store, kind, null);
      expect(await store.write.purgeDeletedSessions(byOldRule), 'the rule is another by now').toBe(0);
      expect(await store.write.emptyKnowledgeBin(byOldRule)).toEqual({ removed: [], purged: 0 });
      for (const kind of ['session_bin', 'document_bin'] as const) await set(store, kind, 30);
      expect(await store.write.purgeDeletedSessions({ deletedBefore: before, max: 1_000, at: now })).toBe(
        preview.count,
      );
      expect((await store.scan.wouldGo({ kind: 'temporary', before })).count).toBe(0);
      expect((await store.scan.wouldGo({ kind: 'document_bin', before: long })).count).toBe(0);
    },
  },
];
