import { expect } from 'vitest';
import type { AdminSessionStatus } from '../../contract/admin.ts';
import { systemClock } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { ClaimedTurn } from '../commands/claim-turn.ts';
import type { SessionRecord } from '../queries/session-rows.ts';
import type { Store } from '../store.ts';
import { agentId } from './given-log.ts';
import { pages, sorts } from './list-rows.ts';
import type { Row } from './row.ts';

const hourMs = 3_600_000;
const agoIso = (ms: number) => new Date(systemClock.nowMs() - ms).toISOString();
const look = ({ scan }: Store, since = agoIso(hourMs)) =>
  scan.whatGoesOn({ since, maxTurns: 1_000, maxFailures: 1_000 });
const report = (text: string) => ({ startedAt: agoIso(0), report: { text }, gone: [], at: agoIso(0) });

export const nowRows: readonly Row[] = [
  {
    title: 'a turn is counted while it waits, and listed with its holder and when it began while it runs',
    async run({ given, opened: { store } }) {
      const before = await look(store);
      const owner = await given.owned();
      await given.accept(owner);
      const waiting = await look(store);
      expect(waiting.waitingTurns.count).toBe(before.waitingTurns.count + 1);
      expect(waiting.waitingTurns.oldest).not.toBeNull();
      const turn = await given.claim({ lease: { instanceId: 'one' } });
      await given.claim({ lease: { instanceId: 'another' }, goneInstances: ['one'] });
      const { turns, turnsTotal, waitingTurns } = await look(store);
      expect(waitingTurns.count).toBe(before.waitingTurns.count);
      expect(turnsTotal).toBe(before.turnsTotal + 1);
      const found = turns.find(({ turn_id }) => turn_id === turn?.turnId);
      expect(found).toMatchObject({
        session_id: owner.sessionId,
        username: `user-${owner.userId}`,
        lease_owner: 'another',
        attempt: 2,
        state: 'running',
      });
      expect(found?.began_at && found.began_at <= found.updated_at).toBe(true);
    },
  },
  {
    title: 'a turn that failed is listed with its code for as long as was asked, and none that was stopped or answered',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const before = await look(store);
      const failed = await given.running(owner);
      await given.append(failed, { end: { state: 'failed', code: 'model_timeout' } });
      const old = await given.running(owner);
      await given.append(old, { end: { state: 'failed', code: 'model_timeout' }, at: agoIso(2 * hourMs) });
      const interrupted = await given.running(owner);
      await given.append(interrupted, { end: { state: 'interrupted', code: 'too_many_attempts' } });
      await given.finish(await given.running(owner));
      const stopped = await given.running(owner);
      const { sessionId } = owner;
      const by = { userId: owner.userId };
      await store.write.stopTurn({ sessionId, turnId: stopped.turnId, code: 'stopped', at: agoIso(0), by });
      const { failedTurns } = await look(store);
      expect(failedTurns.total).toBe(before.failedTurns.total + 2);
      const own = failedTurns.latest.filter((each) => each.session_id === sessionId);
      expect(own.map(({ turn_id, state, code }) => [turn_id, state, code])).toEqual([
        [interrupted.turnId, 'interrupted', 'too_many_attempts'],
        [failed.turnId, 'failed', 'model_timeout'],
      ]);
    },
  },
  {
    title: 'a mail that did not go out is listed, and goes with what is kept',
    async run({ opened: { store } }) {
      const problem = 'unreachable';
      const [at, old] = [agoIso(0), agoIso(25 * hourMs)];
      await store.write.noteMailFailure({ problem, keptSince: agoIso(26 * hourMs), at: old });
      const kept = await look(store, agoIso(30 * hourMs));
      await store.write.noteMailFailure({ problem, keptSince: agoIso(24 * hourMs), at });
      const { failedMails } = await look(store);
      expect(failedMails.latest[0]).toEqual({ at, problem });
      const all = await look(store, agoIso(30 * hourMs));
      expect(all.failedMails.total).toBe(kept.failedMails.total);
      expect(all.failedMails.latest.some((each) => each.at === old)).toBe(false);
    },
  },
  {
    title: 'an instance’s report takes the place of its earlier one, and those that are gone go with it',
    async run({ opened: { store } }) {
      const [one, other] = [newId(), newId()];
      await store.write.reportInstance({ ...report('first'), instanceId: one });
      await store.write.reportInstance({ ...report('its own'), instanceId: other });
      await store.write.reportInstance({ ...report('second'), instanceId: one });
      const reports = async () =>
        (await look(store)).instances
          .filter(({ instance_id }) => instance_id === one || instance_id === other)
          .map((each) => each.report)
          .toSorted();
      expect(await reports()).toEqual(['{"text":"its own"}', '{"text":"second"}']);
      await store.write.reportInstance({ ...report('third'), instanceId: one, gone: [other] });
      expect(await reports()).toEqual(['{"text":"third"}']);
      expect(await store.read.instanceIds({})).not.toContain(other);
    },
  },
  {
    title:
      'the sessions that run, wait, failed or are archived are found, counted, and none of them once it is deleted',
    async run({ given, opened: { store } }) {
      const userId = await given.user();
      const open = async () => ({ userId, sessionId: await given.session(userId) });
      const [failed, failedToo, gone, waits, runs, archived, archivedToo] = [
        await open(),
        await open(),
        await open(),
        await open(),
        await open(),
        await open(),
        await open(),
      ];
      for (const owner of [failed, failedToo, gone]) {
        await given.append(await given.running(owner), { end: { state: 'failed', code: 'model_timeout' } });
      }
      const by = { userId };
      const at = agoIso(0);
      for (const { sessionId } of [archived, archivedToo, gone]) {
        await store.write.updateSession({ sessionId, changes: { archived: true }, at, by });
      }
      await store.write.deleteSession({ sessionId: gone.sessionId, at, by });
      await given.running(runs);
      await given.accept(runs);
      await given.accept(waits);
      const username = `user-${userId}`;
      const found = async (status: AdminSessionStatus) => {
        const filter = { status, username };
        const all = ids(await store.scan.adminSessions({ ...filter, sort: 'created_at', limit: 10 }));
        expect(await store.scan.countAdminSessions({ ...filter, upTo: 10 })).toBe(all.length);
        const ofEverybody = await store.scan.countAdminSessions({ status, upTo: 1_000 });
        for (const sort of sorts) {
          const list = { ...filter, sort, limit: 1 };
          const ofAgent = { ...list, agentId };
          expect(ids(await pages((after) => store.scan.adminSessions({ ...list, ...after }), sort))).toEqual(all);
          expect(ids(await pages((after) => store.scan.adminSessions({ ...ofAgent, ...after }), sort))).toEqual(all);
          const everybodys = await pages(
            (after) => store.scan.adminSessions({ status, sort, limit: 2, ...after }),
            sort,
          );
          expect(everybodys).toHaveLength(ofEverybody);
          expect(ids(everybodys.filter((row) => row.user_id === userId))).toEqual(all);
          const search = { ...list, q: userId, upTo: 10 };
          const byText = async (after: object) => (await store.scan.sessionsByText({ ...search, ...after })).records;
          expect(ids(await pages(byText, sort))).toEqual(all);
          expect((await store.scan.sessionsByText(search)).count).toBe(all.length);
          expect((await store.scan.sessionsByText({ ...search, limit: 9, upTo: 1 })).records).toHaveLength(all.length);
        }
        return all;
      };
      expect(await found('failed')).toEqual(idsOf(failed, failedToo));
      expect(await found('running')).toEqual(idsOf(runs));
      expect(await found('waiting')).toEqual(idsOf(waits));
      expect(await found('archived')).toEqual(idsOf(archived, archivedToo));
      const [record] = await store.scan.adminSessions({ status: 'running', username, sort: 'created_at', limit: 1 });
      expect(record).toMatchObject({ under_way: 'running', newest_state: 'queued' });
    },
    timeoutMs: 120_000,
  },
  {
    title:
      'the turns of a session are told by their facts: attempts with their first words, and the tools that were called',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const turn = await given.running(owner);
      const call = { step: 0, call_id: 'call', tool: 'search_corpora', input: { query: 'x'.repeat(70_000) } };
      await given.append(turn, { events: [{ type: 'tool_call', payload: call }] });
      await store.write.flushJournal({
        pieces: [{ ...piece(turn), text: 'One', beganAt: '2026-11-27T10:00:00.000Z' }],
      });
      await store.write.flushJournal({
        pieces: [{ ...piece(turn), text: 'two', beganAt: '2026-11-27T11:00:00.000Z' }],
      });
      await given.finish(turn);
      await given.accept(owner);
      const { sessionId } = owner;
      const [second, first] = await store.scan.sessionTurns({ sessionId, limit: 10 });
      expect(second).toMatchObject({ turn_no: 2, state: 'queued', attempts: [], tools: [] });
      expect(first).toMatchObject({ turn_no: 1, state: 'done', tools: ['search_corpora'] });
      expect(first?.attempts).toMatchObject([
        { attempt: 1, first_text_at: '2026-11-27T10:00:00.000Z', outcome: 'done' },
      ]);
      expect(await store.scan.sessionTurns({ sessionId, before: 2, limit: 10 })).toHaveLength(1);
      const facts = await store.scan.sessionFacts({ sessionId });
      expect(facts).toMatchObject({ turns: 2, inputTokens: 2, outputTokens: 2, corpora: [], origin: 'api' });
      expect(await store.scan.sessionFacts({ sessionId: newId() })).toBeUndefined();
    },
  },
];

const ids = (rows: readonly SessionRecord[]) => rows.map(({ session_id }) => session_id).toSorted();
const idsOf = (...owners: { sessionId: string }[]) => owners.map(({ sessionId }) => sessionId).toSorted();

const piece = ({ turnId, fence, attempt }: ClaimedTurn) => ({ turnId, fence, attempt, step: 0, offset: 0, cited: [] });
