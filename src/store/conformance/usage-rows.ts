import { expect } from 'vitest';
import { byServer } from '../../contract/audit.ts';
import type { Rating } from '../../contract/feedback.ts';
import { newId } from '../../ids.ts';
import type { DraftEvent } from '../commands/append-events.ts';
import type { ClaimedTurn } from '../commands/claim-turn.ts';
import type { UsageArgs, UsageKind } from '../queries/usage.ts';
import type { Store } from '../store.ts';
import { latencyEdgesMs } from '../../contract/latency-buckets.ts';
import { answer, type GivenLog } from './given-log.ts';
import { importArgs } from './import-rows.ts';
import type { Row } from './row.ts';

/** Asked, claimed, begun to answer and answered. */
const asked = '2031-03-01T23:59:59.000Z';
const begun = '2031-03-02T00:00:00.250Z';
const ended = '2031-03-02T00:00:04.000Z';
const day = '2031-03-01';

type Owner = { userId: string; sessionId: string };

/** Somebody in a group of their own, by which the counts of what they do are told from all others. */
async function grouped(given: GivenLog): Promise<Owner & { groupId: string }> {
  const owner = await given.owned();
  const groupId = newId();
  const change = { at: asked, by: byServer };
  await given.store.write.createGroup({ groupId, name: groupId, ...change });
  await given.store.write.addGroupMembers({ groupId, userIds: [owner.userId], ...change });
  return { ...owner, groupId };
}

async function asks(given: GivenLog, owner: Owner): Promise<ClaimedTurn> {
  await given.accept(owner, { at: asked });
  const turn = await given.claim();
  if (!turn) throw new Error('there was no turn to claim');
  return turn;
}

const cites = (corpusId: string): DraftEvent => {
  const message = answer('Quoted');
  if (message.type !== 'agent_message') throw new Error('an answer is one');
  const place = { document_id: 'document', document_version: 1, document_title: 'Title', passage_id: 'passage' };
  const citation = { n: 1, corpus_id: corpusId, corpus_name: 'C', ...place, start: 0, end: 1, quote: 'Q', score: 1 };
  return { ...message, payload: { ...message.payload, citations: [citation] } };
};

const search = (passages: readonly unknown[]): DraftEvent[] => [
  { type: 'tool_call', payload: { step: 0, call_id: 'call', tool: 'search_corpora', input: { query: 'Tea' } } },
  { type: 'tool_result', payload: { call_id: 'call', output: { passages, note: '' }, is_error: false } },
];

async function look(store: Store, kind: UsageKind, subjectId: string, more: Partial<UsageArgs> = {}) {
  const args = { kind, subjectId, from: day, to: day, by: 'day', limit: 10, ...more } as const;
  const found = await store.scan.usageBetween(args);
  const [row] = found.rows;
  return { ...found, row };
}

const nothing = { answered: 0, stopped: 0, uncited: 0, searches: 0, empty_searches: 0, liked: 0, disliked: 0 };

/** What every store promises of the counts of use. */
export const usageRows: readonly Row[] = [
  {
    title:
      'a turn is counted when it is over, on the day it was asked, for its agent, its author’s groups and what it cites',
    async run({ given, opened: { store } }) {
      const owner = await grouped(given);
      const { groupId } = owner;
      const corpus = newId();
      const turn = await asks(given, owner);
      const { turnId, fence, attempt } = turn;
      expect((await look(store, 'group', groupId)).rows, 'under way').toEqual([]);
      const piece = { turnId, fence, attempt, step: 0, offset: 0, text: 'Quo', cited: [], beganAt: begun };
      await store.write.flushJournal({ pieces: [piece] });
      await given.append(turn, { events: [...search([]), ...search([{ n: 1 }])] });
      await given.append(turn, { events: [cites(corpus)], nextStep: 1, end: { state: 'done' }, at: ended });
      const counts = { ...nothing, turns: 1, sessions: 1, answered: 1, searches: 2, empty_searches: 1 };
      for (const [kind, id] of [
        ['group', groupId],
        ['corpus', corpus],
      ] as const) {
        const { row, tokens, latencies, people } = await look(store, kind, id);
        expect(row, kind).toEqual({ key: day, ...counts });
        expect(tokens, kind).toEqual([{ key: day, model: 'test', input_tokens: 2, output_tokens: 2 }]);
        const took = (measure: string) => latencies.filter((each) => each.measure === measure);
        const within = (ms: number) => [expect.objectContaining({ bucket: stretchOf(ms), turns: 1 })];
        expect(took('first_text'), kind).toEqual(within(1_250));
        expect(took('answer'), kind).toEqual(within(5_000));
        expect(people, kind).toEqual([{ key: day, people: 1 }]);
      }
      const { names } = await look(store, 'group', groupId);
      expect(names).toEqual([{ id: groupId, name: groupId }]);
    },
  },
  {
    title: 'a turn that was stopped or failed is counted as such, and a fence that holds no more counts nothing',
    async run({ given, opened: { store } }) {
      const owner = await grouped(given);
      const failed = await asks(given, owner);
      expect(await given.append({ ...failed, fence: failed.fence - 1 }, { end: { state: 'done' } })).toBe(false);
      await given.append(failed, {
        end: { state: 'failed', code: 'model_timeout' },
        usage: { input_tokens: 0, output_tokens: 0 },
      });
      const stopped = await asks(given, owner);
      const { sessionId } = owner;
      await store.write.stopTurn({ sessionId, turnId: stopped.turnId, code: 'stopped', at: ended, by: byServer });
      await given.accept(owner, { at: asked });
      await store.write.deleteSession({ ...owner, at: ended, by: byServer });
      const { row, latencies } = await look(store, 'group', owner.groupId);
      expect(row).toEqual({ key: day, ...nothing, turns: 3, sessions: 1, stopped: 2 });
      expect(latencies).toEqual([]);
    },
  },
  {
    title: 'the groups are those of when it was asked: who joins or leaves later changes no count',
    async run({ given, opened: { store } }) {
      const owner = await grouped(given);
      const turn = await asks(given, owner);
      const change = { groupId: owner.groupId, at: asked, by: byServer };
      await store.write.removeGroupMember({ ...change, userId: owner.userId });
      const other = await given.owned();
      await given.append(turn, { events: [answer('A')], nextStep: 1, end: { state: 'done' } });
      const ofOther = await asks(given, other);
      await store.write.addGroupMembers({ ...change, userIds: [other.userId] });
      await given.append(ofOther, { events: [answer('A')], nextStep: 1, end: { state: 'done' } });
      expect((await look(store, 'group', owner.groupId)).row).toMatchObject({ turns: 1, uncited: 1 });
      expect((await look(store, 'group', '')).row?.turns).toBeGreaterThan(0);
    },
  },
  {
    title: 'what is thought of an answer is counted on the day of its question, as it is thought last',
    async run({ given, opened: { store } }) {
      const owner = await grouped(given);
      const { turnId, ...turn } = await asks(given, owner);
      await given.append({ turnId, ...turn }, { events: [answer('A')], nextStep: 1, end: { state: 'done' } });
      const of = { ...owner, turnId, at: ended, by: byServer };
      const put = (rating: Rating) => store.write.putFeedback({ ...of, rating, reason: '' });
      const counted = async () => {
        const { row } = await look(store, 'group', owner.groupId);
        return [row?.liked, row?.disliked];
      };
      await put('up');
      expect(await counted()).toEqual([1, 0]);
      await put('down');
      await put('down');
      expect(await counted()).toEqual([0, 1]);
      for (let i = 0; i < 2; i++) await store.write.removeFeedback(of);
      expect(await counted()).toEqual([0, 0]);
    },
  },
  {
    title: 'erasing a session or a person takes nothing from the counts, and what is counted has no names',
    async run({ given, opened: { store } }) {
      for (const erase of ['session', 'person'] as const) {
        const owner = await grouped(given);
        const turn = await asks(given, owner);
        const corpus = newId();
        await given.append(turn, { events: [...search([]), cites(corpus)], nextStep: 1, end: { state: 'done' } });
        const rated = { ...owner, turnId: turn.turnId, at: ended, by: byServer };
        await store.write.putFeedback({ ...rated, rating: 'up', reason: '' });
        const before = [await look(store, 'group', owner.groupId), await look(store, 'corpus', corpus)];
        expect(before[0]?.row, erase).toMatchObject({ turns: 1, liked: 1, searches: 1 });
        if (erase === 'session') await given.erase(owner.sessionId);
        else {
          await store.write.eraseUser({ userId: owner.userId, corpora: 'keep', at: ended, by: byServer });
          while ((await store.write.clearErased({ maxRows: 50, withoutFile: [], at: ended })).did === 'some');
        }
        expect([await look(store, 'group', owner.groupId), await look(store, 'corpus', corpus)], erase).toEqual(before);
      }
    },
  },
  {
    title: 'a conversation that is brought along from elsewhere is no use of this server',
    async run({ given, opened: { store } }) {
      const { userId } = await given.owned();
      const { begin, bite, finish } = importArgs(userId);
      const args = { kind: 'all', from: '2026-01-02', to: '2026-01-02', by: 'nothing', limit: 1 } as const;
      const before = await store.scan.usageBetween(args);
      await store.write.beginImport(begin);
      await store.write.storeImported(bite);
      expect(await store.write.finishImport(finish)).toBe('imported');
      await given.store.write.deleteSession({ ...begin, at: ended, by: byServer });
      await store.write.purgeDeletedSessions({ deletedBefore: '2032-01-01T00:00:00.000Z', max: 1_000, at: ended });
      expect(await store.scan.usageBetween(args)).toEqual(before);
    },
  },
  {
    title: 'rows of subjects are those with the most turns, and say how many there are',
    async run({ given, opened: { store } }) {
      const [first, second] = [await grouped(given), await grouped(given)];
      for (const owner of [first, second, second]) {
        const turn = await asks(given, owner);
        await given.append(turn, { events: [answer('A')], nextStep: 1, end: { state: 'done' } });
      }
      const args = { kind: 'group', from: day, to: day, by: 'subject_id' } as const;
      const all = await store.scan.usageBetween({ ...args, limit: 1_000 });
      const turnsOf = (id: string) => all.rows.find(({ key }) => key === id)?.turns;
      expect([turnsOf(first.groupId), turnsOf(second.groupId)]).toEqual([1, 2]);
      const turns = all.rows.map((row) => row.turns);
      expect(turns).toEqual(turns.toSorted((a, b) => b - a));
      const few = await store.scan.usageBetween({ ...args, limit: 2 });
      expect(few.rows).toEqual(all.rows.slice(0, 2));
      expect(few.total).toBe(all.rows.length);
      const shown = few.rows.map(({ key }) => key);
      expect(few.people.map(({ key }) => key).toSorted(), 'of those alone').toEqual(shown.toSorted());
    },
  },
];

const stretchOf = (ms: number) => latencyEdgesMs.findIndex((edge) => ms <= edge);
