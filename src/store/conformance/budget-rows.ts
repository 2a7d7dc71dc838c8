import { expect } from 'vitest';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import type { BudgetOwner } from '../commands/budgets.ts';
import type { TokenReserve } from '../commands/charge-budgets.ts';
import type { ClaimedTurn } from '../commands/claim-turn.ts';
import type { Store } from '../store.ts';
import { GivenLog, leaseOf } from './given-log.ts';
import type { Row } from './row.ts';

const day = '2026-11-22';
const at = `${day}T10:00:00.000Z`;
const nextDay = '2026-11-23T00:00:00.000Z';
const by = { userId: null };
const reserve: TokenReserve = { windowTokens: 1_000, answerTokens: 1_000 };

function put(store: Store, owner: BudgetOwner, turnsPerDay: number | null, tokensPerDay: number | null = null) {
  return store.write.putBudget({ owner, turnsPerDay, tokensPerDay, at, by });
}

const ofUser = (subjectId: string): BudgetOwner => ({ kind: 'user', subjectId });
const ofGroup = (subjectId: string): BudgetOwner => ({ kind: 'group', subjectId });

/** What is used of each budget of a user: turns, tokens, reserved tokens. */
async function usedBy(store: Store, userId: string, when = at): Promise<number[][]> {
  const budgets = await store.read.budgetsOfUser({ userId, at: when });
  return budgets.map(({ turns, tokens, reservedTokens }) => [turns, tokens, reservedTokens]);
}

async function newGroup(store: Store, userIds: string[]): Promise<string> {
  const groupId = newId();
  await store.write.createGroup({ groupId, name: `Group ${groupId}`, at, by });
  await store.write.addGroupMembers({ by: byServer, groupId, userIds, at });
  return groupId;
}

function claim(store: Store, goneInstances: string[] = [], when = at): Promise<ClaimedTurn | undefined> {
  const bounds = { maxAttempts: 3, maxRunningOfAuthor: 1_000 };
  return store.write.claimTurn({ lease: leaseOf(), goneInstances, ...bounds, reserve, at: when });
}

export const budgetRows: readonly Row[] = [
  {
    title: 'a turn is counted once in every budget that is for its author, and refused by any that is used up',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const groupId = await newGroup(store, [owner.userId]);
      await put(store, ofUser(owner.userId), 3);
      await put(store, ofGroup(groupId), 2);
      const clientTurnId = newId();
      expect(await given.accept(owner, { clientTurnId, at })).toMatchObject({ outcome: 'accepted' });
      expect(await given.accept(owner, { at })).toMatchObject({ outcome: 'accepted' });
      expect(await given.accept(owner, { at })).toEqual({
        outcome: 'budget_exhausted',
        budget: { groupName: `Group ${groupId}`, unit: 'turns', perDay: 2 },
      });
      expect(await given.accept(owner, { clientTurnId, at }), 'sent again').toMatchObject({ outcome: 'repeated' });
      expect(await usedBy(store, owner.userId)).toEqual([
        [2, 0, 0],
        [2, 0, 0],
      ]);
      expect(await given.accept(owner, { at: nextDay }), 'the next day').toMatchObject({ outcome: 'accepted' });
      expect(await usedBy(store, owner.userId, nextDay)).toEqual([
        [1, 0, 0],
        [1, 0, 0],
      ]);
    },
  },
  {
    title: 'a budget of one’s own takes the place of everybody’s, keeps what was used, and may be without limit',
    async run({ another }) {
      const { store } = await another();
      const given = new GivenLog(store);
      const owner = await given.owned();
      await put(store, { kind: 'everybody' }, 1);
      expect(await given.accept(owner, { at })).toMatchObject({ outcome: 'accepted' });
      expect(await given.accept(owner, { at })).toMatchObject({ outcome: 'budget_exhausted' });
      await put(store, ofUser(owner.userId), 2);
      expect(await given.accept(owner, { at })).toMatchObject({ outcome: 'accepted' });
      expect(await given.accept(owner, { at })).toMatchObject({ budget: { groupName: null, perDay: 2 } });
      await put(store, ofUser(owner.userId), null);
      expect(await given.accept(owner, { at })).toMatchObject({ outcome: 'accepted' });
      await store.write.removeBudget({ owner: ofUser(owner.userId), at, by });
      expect(await usedBy(store, owner.userId)).toEqual([[3, 0, 0]]);
      expect(await given.accept(owner, { at })).toMatchObject({ budget: { groupName: null, perDay: 1 } });
    },
  },
  {
    title: 'the tokens of a claimed turn are reserved until the attempt ends, then what it used is counted',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      await put(store, ofUser(owner.userId), null, 50_000);
      await given.accept(owner, { at });
      const turn = await claim(store);
      if (!turn) throw new Error('there was no turn to claim');
      expect(await usedBy(store, owner.userId)).toEqual([[1, 0, 1_000]]);
      await given.append(turn, { usage: { input_tokens: 700, output_tokens: 60 } });
      expect(await usedBy(store, owner.userId), 'under way').toEqual([[1, 0, 1_000]]);
      await given.finish(turn);
      expect(await usedBy(store, owner.userId)).toEqual([[1, 762, 0]]);
    },
  },
  {
    title: 'each attempt’s tokens count, of one that is lost too, and the turn counts once',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      await put(store, ofUser(owner.userId), 1, 50_000);
      await given.accept(owner, { at });
      const first = await claim(store);
      if (!first) throw new Error('there was no turn to claim');
      await given.flush(first, 'x'.repeat(40));
      const second = await claim(store, ['here']);
      expect(second).toMatchObject({ turnId: first.turnId, attempt: 2 });
      // 40 characters out, and in the 17 that the message has as an event for the model.
      expect(await usedBy(store, owner.userId)).toEqual([[1, 15, 1_000]]);
      await store.write.stopTurn({ ...owner, turnId: first.turnId, code: 'stopped', at, by: byServer });
      expect(await usedBy(store, owner.userId)).toEqual([[1, 20, 0]]);
    },
  },
  {
    title:
      'a turn that is stopped before its first word counts what the model was given; one that failed so counts nothing',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      await put(store, ofUser(owner.userId), null, 1_000);
      const stop = async (text: string) => {
        await given.accept(owner, { at, adkEvent: { eventId: newId(), event: { text } } });
        const turn = await claim(store);
        if (!turn) throw new Error('there was no turn to claim');
        await store.write.stopTurn({ ...owner, turnId: turn.turnId, code: 'stopped', at, by: byServer });
      };
      await stop('x'.repeat(1_989));
      expect(await usedBy(store, owner.userId)).toEqual([[1, 500, 0]]);
      await given.accept(owner, { at, adkEvent: { eventId: newId(), event: {} } });
      const failing = await claim(store);
      if (!failing) throw new Error('there was no turn to claim');
      await given.append(failing, {
        usage: { input_tokens: 0, output_tokens: 0 },
        end: { state: 'failed', code: 'x' },
      });
      expect(await usedBy(store, owner.userId), 'failed').toEqual([[2, 500, 0]]);
      await stop('x'.repeat(100_000));
      expect(await usedBy(store, owner.userId), 'at most what was reserved').toEqual([[3, 1_000, 0]]);
      expect(await given.accept(owner, { at })).toMatchObject({ outcome: 'budget_exhausted' });
    },
  },
  {
    title:
      'reservations never go beyond a budget: what has no room waits for those under way, and fails when it is used up',
    async run({ given, opened: { store } }) {
      const userId = await given.user();
      const other = await given.owned();
      await put(store, ofUser(userId), null, 1_500);
      const sessions = await Promise.all([1, 2, 3].map(() => given.session(userId)));
      for (const sessionId of sessions) await given.accept({ userId, sessionId }, { at });
      await given.accept(other, { at });
      const [one, two, three] = [await claim(store), await claim(store), await claim(store)];
      expect([one, two, three].map((turn) => turn?.sessionId)).toEqual([sessions[0], sessions[1], other.sessionId]);
      expect(await usedBy(store, userId)).toEqual([[3, 0, 1_500]]);
      expect(await claim(store), 'it waits').toBeUndefined();
      if (!one || !two) throw new Error('there was no turn to claim');
      await given.append(one, { usage: { input_tokens: 100, output_tokens: 0 }, end: { state: 'failed', code: 'x' } });
      const last = await claim(store);
      expect(last?.sessionId, 'there is room again').toBe(sessions[2]);
      await given.append(two, {
        usage: { input_tokens: 2_000, output_tokens: 0 },
        end: { state: 'failed', code: 'x' },
      });
      const late = await given.accept({ userId, sessionId: sessions[0] ?? '' }, { at });
      expect(late).toEqual({ outcome: 'budget_exhausted', budget: { groupName: null, unit: 'tokens', perDay: 1_500 } });
    },
  },
  {
    title:
      'a turn that was accepted before the tokens were used up ends as failed and says why; what was begun goes on',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      await put(store, ofUser(owner.userId), null, 1_000);
      const [first, second] = [await given.accept(owner, { at }), await given.accept(owner, { at })];
      if (!('turnId' in first) || !('turnId' in second)) throw new Error('refused');
      const begun = await claim(store);
      if (!begun) throw new Error('there was no turn to claim');
      await given.append(begun, { usage: { input_tokens: 1_200, output_tokens: 0 } });
      const again = await claim(store, ['here']);
      expect(again, 'taken over though nothing is left').toMatchObject({ turnId: first.turnId, attempt: 2 });
      if (!again) return;
      await given.finish(again);
      expect(await claim(store)).toBeUndefined();
      expect(await store.read.turnOutcome({ ...owner, turnId: second.turnId })).toMatchObject({
        state: 'failed',
        code: 'budget_exhausted',
      });
      expect(await usedBy(store, owner.userId)).toEqual([[2, 1_202, 0]]);
    },
  },
  {
    title: 'a turn behind one that waits for its author’s budget is not taken before it',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      await put(store, ofUser(owner.userId), null, 1_000);
      const second = await given.session(owner.userId);
      await given.accept(owner, { at });
      await given.accept({ userId: owner.userId, sessionId: second }, { at });
      await given.accept({ userId: owner.userId, sessionId: second }, { at });
      const running = await claim(store);
      expect(await claim(store)).toBeUndefined();
      if (!running) throw new Error('there was no turn to claim');
      await given.finish(running);
      expect(await claim(store)).toMatchObject({ sessionId: second, turnNo: 1 });
    },
  },
  {
    title: 'nothing is counted for somebody no budget is for',
    async run({ given, opened: { store } }) {
      const [owner, other] = [await given.owned(), await given.user()];
      await put(store, ofUser(other), 1, 1);
      await put(store, ofGroup(await newGroup(store, [other])), 1, 1);
      for (let sent = 0; sent < 3; sent++)
        expect(await given.accept(owner, { at })).toMatchObject({ outcome: 'accepted' });
      const turn = await claim(store);
      expect(turn).toBeDefined();
      await put(store, ofUser(owner.userId), 1, null);
      expect(await usedBy(store, owner.userId)).toEqual([[0, 0, 0]]);
      if (turn) await given.finish(turn);
      expect(await usedBy(store, owner.userId), 'begun before').toEqual([[0, 0, 0]]);
    },
  },
  {
    title: 'a budget is of a group or a user that is there, and goes with it',
    async run({ given, opened: { store } }) {
      const [userId, groupId] = [await given.user(), await newGroup(store, [])];
      for (const owner of [ofUser(newId()), ofGroup(newId()), ofUser(groupId), ofGroup(userId)]) {
        expect(await put(store, owner, 1)).toBe('not_found');
        expect(await store.write.removeBudget({ owner, at, by })).toBe('not_found');
      }
      expect([await put(store, ofUser(userId), 1), await put(store, ofGroup(groupId), 1)]).toEqual(['put', 'put']);
      await store.write.deleteGroup({ groupId, at, by });
      await store.write.deleteUser({ by: byServer, userId, at });
      for (const [kind, subjectId] of [
        ['user', userId],
        ['group', groupId],
      ] as const) {
        expect(await store.read.budgetOf({ kind, subjectId })).toBeUndefined();
      }
    },
  },
  {
    title: 'budgets come by kind and name, page by page, with what is used of them on the day',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const groupId = await newGroup(store, [owner.userId]);
      await put(store, ofUser(owner.userId), 5, 9);
      await put(store, ofGroup(groupId), null, 7_000);
      await given.accept(owner, { at });
      const all = await store.scan.listBudgets({ at, limit: 1_000 });
      expect(all.map(({ sort_key }) => sort_key)).toEqual(all.map(({ sort_key }) => sort_key).toSorted());
      expect(all.find(({ id }) => id === owner.userId)).toMatchObject({ kind: 'user', turns_per_day: 5, turns: 1 });
      expect(all.find(({ id }) => id === groupId)).toMatchObject({ name: `Group ${groupId}`, tokens_per_day: 7_000 });
      const paged: string[] = [];
      for (let afterKey = ''; ; afterKey = paged.at(-1) ?? '') {
        const page = await store.scan.listBudgets({ at, limit: 2, ...(afterKey !== '' && { afterKey }) });
        paged.push(...page.map(({ sort_key }) => sort_key));
        if (page.length < 2) break;
      }
      expect(paged).toEqual(all.map(({ sort_key }) => sort_key));
      expect(await store.scan.listBudgets({ at: '2026-12-24T00:00:00.000Z', limit: 1_000 })).toEqual(
        all.map((each) => ({ ...each, turns: 0, tokens: 0, reserved_tokens: 0 })),
      );
    },
  },
  {
    title:
      'charges of days before one go with what they add to that day’s count, bite by bite, but for what is reserved',
    async run({ another }) {
      const { store } = await another();
      const given = new GivenLog(store);
      const owner = await given.owned();
      await put(store, ofUser(owner.userId), 5);
      for (let n = 0; n < 3; n++) await given.accept(owner, { at });
      await given.accept(owner, { at: nextDay });
      const claimed = await claim(store);
      expect(claimed).toBeDefined();
      const prune = (before: string, maxRows: number) => store.write.pruneBudgets({ before, maxRows });
      const turnsOf = async (when: string) => (await usedBy(store, owner.userId, when))[0]?.[0];
      expect(await prune(day, 10), 'a day that is kept').toBe(0);
      expect(await prune(nextDay.slice(0, 10), 2)).toBe(2);
      expect(await turnsOf(at)).toBe(1);
      expect(await prune(nextDay.slice(0, 10), 10)).toBe(1);
      const [left] = await usedBy(store, owner.userId, at);
      expect(left?.slice(0, 2)).toEqual([0, 0]);
      expect(left?.[2], 'what the attempt under way holds').toBeGreaterThan(0);
      expect(await turnsOf(nextDay)).toBe(1);
      expect(await prune(nextDay.slice(0, 10), 10)).toBe(0);
    },
  },
];
