import { expect } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import { agentId, answer, GivenLog } from './given-log.ts';
import type { Row } from './row.ts';

export const commandRows: readonly Row[] = [
  {
    title: 'a failing command in a batch does not undo its neighbours',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      // A corpus of a user who does not exist breaks a foreign key.
      const ofNobody = { id: newId(), name: newId(), description: '', ownerUserId: newId() };
      const failing = () => store.write.createCorpus({ ...ofNobody, at: systemClock.now(), by: byServer });
      const results = await Promise.allSettled(
        Array.from({ length: 60 }, async (_, i) => {
          if (i === 30) await failing();
          return given.session(owner.userId);
        }),
      );
      const failed = results.flatMap((result, i) => (result.status === 'rejected' ? [i] : []));
      expect(failed).toEqual([30]);
      for (const result of results) {
        if (result.status === 'rejected') continue;
        const found = await store.read.memberSession({ sessionId: result.value, userId: owner.userId });
        expect(found?.session_id).toBe(result.value);
      }
    },
  },
  {
    title: 'a command is all or nothing',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const turn = await given.running(owner);
      const before = await given.log(owner.sessionId);
      const counted = await store.read.memberSession(owner);
      const final = answer('Twice the same number');
      if (final.type !== 'agent_message') throw new Error('an answer is an agent message');
      final.payload.citations = [citation, citation];
      await expect(given.append(turn, { events: [final], nextStep: 1, end: { state: 'done' } })).rejects.toMatchObject({
        code: 'internal',
      });
      expect(await given.log(owner.sessionId)).toEqual(before);
      expect(await store.read.memberSession(owner)).toEqual(counted);
      expect(await given.finish(turn)).toBe(true);
    },
  },
  {
    title: 'a command whose arguments cannot be sent fails alone',
    async run({ given, opened: { store } }) {
      const key = newId();
      const unsendable = store.write.putSetting({ by: byServer, key: newId(), value: () => 1, at: systemClock.now() });
      const sendable = store.write.putSetting({ by: byServer, key, value: 1, at: systemClock.now() });
      await expect(unsendable).rejects.toMatchObject({ name: 'AppError' });
      await sendable;
      expect(await store.read.setting({ key })).toBeDefined();
      expect(await given.user()).toBeDefined();
    },
  },
  {
    title: 'the results of parallel commands reach their callers',
    async run({ given }) {
      const userId = await given.user();
      const sessions = await Promise.all(Array.from({ length: 10 }, () => given.session(userId)));
      const turnIds = Array.from({ length: 100 }, () => newId());
      const results = await Promise.all(
        turnIds.map((turnId, i) => given.accept({ userId, sessionId: sessions[i % 10] ?? '' }, { turnId })),
      );
      expect(results.map((result) => 'turnId' in result && result.turnId)).toEqual(turnIds);
    },
  },
  {
    title: 'beyond its bound the queue answers overloaded, and stores what it accepted',
    async run({ another }) {
      const { store } = await another();
      const results = await Promise.allSettled(
        Array.from({ length: 8_000 }, (_, i) =>
          store.write.putSetting({ by: byServer, key: `key-${i % 10}`, value: i, at: systemClock.now() }),
        ),
      );
      const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.length).toBeLessThan(8_000);
      for (const reason of refused) expect(reason).toMatchObject({ code: 'overloaded' });
      await store.write.putSetting({ by: byServer, key: 'after', value: 1, at: systemClock.now() });
    },
    timeoutMs: 60_000,
  },
  {
    title: 'closing finishes what was accepted, and nothing is accepted after',
    async run({ another }) {
      const opened = await another();
      const given = new GivenLog(opened.store);
      const owner = await given.owned();
      const accepted = Array.from({ length: 100 }, () => given.accept(owner));
      const store = await opened.reopen();
      const results = await Promise.all(accepted);
      expect(results.every((result) => result.outcome === 'accepted')).toBe(true);
      await expect(given.accept(owner)).rejects.toMatchObject({ code: 'draining' });
      expect(await store.read.eventsAfter({ ...owner, after: 0, limit: 1_000 })).toHaveLength(200);
    },
    timeoutMs: 60_000,
  },
  {
    title: 'a long scan does not keep point reads waiting',
    async run({ given, opened: { store } }) {
      const userId = await given.user();
      for (let made = 0; made < 3_000; made += 500) {
        await Promise.all(
          Array.from({ length: 500 }, () =>
            store.write.createSession({
              sessionId: newId(),
              userId,
              agentId,
              title: 'A title that is looked through',
              titleIsSet: true,
              corpora: [],
              origin: 'api',
              at: systemClock.now(),
              by: byServer,
            }),
          ),
        );
      }
      let scanned = 0;
      // Together far longer than the reads, in whatever database.
      const many = 200;
      const scans = Array.from({ length: many }, () =>
        store.scan.memberSessions({ userId, q: 'not there', limit: 9 }).finally(() => (scanned += 1)),
      );
      for (let i = 0; i < 20; i++) await store.read.userById({ userId });
      expect(scanned).toBeLessThan(many);
      expect(await Promise.all(scans)).toEqual(Array.from({ length: many }, () => []));
    },
    timeoutMs: 60_000,
  },
  {
    title: 'the bell rings at once after a commit of this process, with what it touched',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const rung: string[] = [];
      const leave = store.onCommit((topics) => rung.push(...topics));
      await given.accept(owner);
      leave();
      expect(rung).toEqual(expect.arrayContaining(['log', 'sessions', 'turns']));
      await given.accept(owner);
      expect(rung.filter((topic) => topic === 'log')).toHaveLength(1);
    },
  },
  {
    title: 'a healthy store says so',
    async run({ opened: { store } }) {
      await store.checkHealth();
    },
  },
];

const citation = {
  n: 1,
  corpus_id: newId(),
  corpus_name: 'Corpus',
  document_id: newId(),
  document_version: 1,
  document_title: 'Document',
  passage_id: newId(),
  start: 0,
  end: 4,
  quote: 'text',
  score: 1,
};
