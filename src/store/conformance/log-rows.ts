import { expect } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import type { EventRecord } from '../queries/log.ts';
import type { Store } from '../store.ts';
import { GivenLog } from './given-log.ts';
import type { Row } from './row.ts';

export const logRows: readonly Row[] = [
  {
    title: 'seq is dense from 1 under 50 parallel appends to one session',
    async run({ given }) {
      const owner = await given.owned();
      const results = await Promise.all(Array.from({ length: 50 }, () => given.accept(owner)));
      const log = await given.log(owner.sessionId);
      expect(log.map((event) => event.seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
      const messages = log.filter((event) => event.type === 'user_message').map((event) => event.seq);
      const answered = results.map((result) => ('seq' in result ? result.seq : 0));
      expect(answered.toSorted((a, b) => a - b)).toEqual(messages);
    },
  },
  {
    title: 'the same client turn id 20 times in parallel is stored once and answered alike',
    async run({ given }) {
      const owner = await given.owned();
      const clientTurnId = newId();
      const results = await Promise.all(Array.from({ length: 20 }, () => given.accept(owner, { clientTurnId })));
      expect(results.filter((result) => result.outcome === 'accepted')).toHaveLength(1);
      expect(results.filter((result) => result.outcome === 'repeated')).toHaveLength(19);
      expect(new Set(results.map((result) => 'turnId' in result && result.turnId)).size).toBe(1);
      expect(await given.log(owner.sessionId)).toHaveLength(2);
      expect(await given.accept(owner, { clientTurnId, requestHash: 'other' })).toEqual({ outcome: 'id_reused' });
    },
  },
  {
    title: 'the same client turn id of another session or author is another message',
    async run({ given }) {
      const clientTurnId = newId();
      const [one, two] = [await given.owned(), await given.owned()];
      expect(await given.accept(one, { clientTurnId })).toMatchObject({ outcome: 'accepted' });
      expect(await given.accept(two, { clientTurnId })).toMatchObject({ outcome: 'accepted' });
    },
  },
  {
    title: 'a session that is not there, not theirs, deleted or ended takes no message and changes nothing',
    async run({ given, opened: { store } }) {
      const [owner, other] = [await given.owned(), await given.owned()];
      expect(await given.accept({ ...owner, sessionId: newId() })).toEqual({ outcome: 'not_found' });
      expect(await given.accept({ ...owner, sessionId: other.sessionId })).toEqual({ outcome: 'not_found' });
      const at = systemClock.now();
      await store.write.invalidateSessions({ sessionIds: [owner.sessionId], by: { userId: owner.userId }, at });
      expect(await given.accept(owner)).toEqual({ outcome: 'inactive' });
      await store.write.deleteSession({ sessionId: other.sessionId, at, by: byServer });
      expect(await given.accept(other)).toEqual({ outcome: 'not_found' });
      expect(await given.log(other.sessionId)).toEqual([]);
    },
  },
  {
    title: 'turns run in the order of their messages, one at a time in a session',
    async run({ given }) {
      const owner = await given.owned();
      const turnIds = Array.from({ length: 4 }, () => newId());
      for (const turnId of turnIds) await given.accept(owner, { turnId });
      const ran: string[] = [];
      for (let turn = await given.claim(); turn; turn = await given.claim()) {
        ran.push(turn.turnId);
        expect(await given.claim()).toBeUndefined();
        await given.finish(turn);
      }
      expect(ran).toEqual(turnIds);
    },
  },
  {
    title: 'a session holds at most its bound of queued turns, whatever was stopped or finished before',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const bound = { maxQueuedInSession: 3 };
      for (let round = 0; round < 3; round++) {
        const first = newId();
        expect(await given.accept(owner, { ...bound, turnId: first })).toMatchObject({ outcome: 'accepted' });
        expect(await given.accept(owner, bound)).toMatchObject({ outcome: 'accepted' });
        expect(await given.accept(owner, bound)).toMatchObject({ outcome: 'accepted' });
        expect(await given.accept(owner, bound)).toEqual({ outcome: 'session_queue_full' });
        await store.write.stopTurn({ ...owner, turnId: first, code: 'stopped', at: systemClock.now(), by: byServer });
        for (let turn = await given.claim(); turn; turn = await given.claim()) await given.finish(turn);
      }
    },
  },
  {
    title:
      'an author, and everybody together, have at most their bound of queued turns; what was sent before is still known',
    async run({ another }) {
      const given = new GivenLog((await another()).store);
      const [one, two] = [await given.owned(), await given.owned()];
      const elsewhere = { userId: one.userId, sessionId: await given.session(one.userId) };
      const bounds = { maxQueuedOfAuthor: 2, maxQueued: 4 };
      const sent = { ...bounds, clientTurnId: newId() };
      expect(await given.accept(one, sent)).toMatchObject({ outcome: 'accepted' });
      expect(await given.accept(elsewhere, bounds)).toMatchObject({ outcome: 'accepted' });
      for (const owner of [one, elsewhere]) {
        expect(await given.accept(owner, bounds)).toEqual({ outcome: 'author_queue_full' });
      }
      expect(await given.accept(two, bounds)).toMatchObject({ outcome: 'accepted' });
      expect(await given.accept(two, { ...bounds, maxQueued: 3 })).toEqual({ outcome: 'store_queue_full' });
      expect(await given.accept(one, { ...sent, maxQueued: 3 })).toMatchObject({ outcome: 'repeated' });
      const turn = await given.claim();
      expect(turn).toMatchObject({ sessionId: one.sessionId });
      expect(await given.accept(one, bounds)).toMatchObject({ outcome: 'accepted' });
      expect(await given.accept(one, bounds)).toEqual({ outcome: 'author_queue_full' });
      expect((await given.log(one.sessionId)).filter((event) => event.type === 'user_message')).toHaveLength(2);
    },
  },
  {
    title: 'an author whose turns run in full number is passed over, and served again once one of them ends',
    async run({ given }) {
      const many = await given.owned();
      const sessions = [many, ...(await Promise.all([1, 2, 3].map(() => given.session(many.userId))))];
      for (const each of sessions) {
        await given.accept(typeof each === 'string' ? { userId: many.userId, sessionId: each } : each);
      }
      const other = await given.owned();
      await given.accept(other);
      const limited = { maxRunningOfAuthor: 2 };
      const [first, second] = [await given.claim(limited), await given.claim(limited)];
      expect([first?.authorUserId, second?.authorUserId]).toEqual([many.userId, many.userId]);
      expect(await given.claim(limited)).toMatchObject({ sessionId: other.sessionId });
      expect(await given.claim(limited)).toBeUndefined();
      // A turn that was lost runs already: taking it over is no further turn.
      const lost = { ...limited, goneInstances: ['here'], lease: { instanceId: 'there' } };
      expect(await given.claim(lost)).toMatchObject({ turnId: first?.turnId, attempt: 2 });
      if (second) await given.finish(second);
      expect(await given.claim(limited)).toMatchObject({ authorUserId: many.userId, attempt: 1 });
      expect(await given.claim(limited)).toBeUndefined();
    },
  },
  {
    title: 'the turns of different sessions run beside each other',
    async run({ given }) {
      const [one, two] = [await given.owned(), await given.owned()];
      await given.accept(one);
      await given.accept(one);
      await given.accept(two);
      const claimed = [await given.claim(), await given.claim(), await given.claim()];
      expect(claimed.map((turn) => turn?.sessionId)).toEqual([one.sessionId, two.sessionId, undefined]);
    },
  },
  {
    title: 'the tail gives every event once, in the order of commits, across sessions',
    async run({ given, opened: { store } }) {
      const start = (await store.read.heads({})).position;
      const userId = await given.user();
      const sessions = await Promise.all(Array.from({ length: 5 }, () => given.session(userId)));
      let writing = true;
      const seen: EventRecord[] = [];
      const reader = (async () => {
        for (let position = start; ; ) {
          const last = !writing;
          const page = await readTail(store, position, 7);
          seen.push(...page);
          position = page.at(-1)?.position ?? position;
          if (last && page.length === 0) return;
          if (page.length === 0) await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      for (let round = 0; round < 10; round++) {
        await Promise.all(sessions.map((sessionId) => given.accept({ userId, sessionId })));
      }
      writing = false;
      await reader;
      const expected = (await Promise.all(sessions.map((sessionId) => given.log(sessionId)))).flat();
      expect(seen).toEqual(expected.toSorted((a, b) => a.position - b.position));
      expect(seen).toHaveLength(100);
    },
  },
  {
    title: 'the tail goes on where it was, although the newest session of all was erased',
    async run({ given, opened: { store } }) {
      const stays = await given.owned();
      const goes = await given.owned();
      for (let i = 0; i < 3; i++) await given.accept(goes);
      const { position } = await store.read.heads({});
      await given.erase(goes.sessionId);
      await given.accept(stays);
      const seen = await readTail(store, position, 10);
      expect(seen.map(({ session_id, type }) => [session_id, type])).toEqual([
        [stays.sessionId, 'user_message'],
        [stays.sessionId, 'turn_state'],
      ]);
    },
  },
];

async function readTail(store: Store, position: number, limit: number): Promise<EventRecord[]> {
  const { events } = await store.read.tail({ position, journalId: Number.MAX_SAFE_INTEGER, limit });
  return events;
}
