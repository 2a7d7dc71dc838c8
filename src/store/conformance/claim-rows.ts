import { expect } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import type { ClaimedTurn } from '../commands/claim-turn.ts';
import type { EventRecord } from '../queries/log.ts';
import { answer, leaseOf } from './given-log.ts';
import type { Row } from './row.ts';

export const claimRows: readonly Row[] = [
  {
    title: 'a claim raises attempt and fence, and says so in the log',
    async run({ given }) {
      const owner = await given.owned();
      const turn = await given.running(owner);
      expect(turn).toMatchObject({ attempt: 1, fence: 1, step: 0, shown: { text: '', cited: [] } });
      expect(states(await given.log(owner.sessionId))).toEqual(['queued 0', 'running 1']);
      const again = await given.claim({ lease: { nowMs: 20_000, untilMs: 35_000 } });
      expect(again).toMatchObject({ turnId: turn.turnId, attempt: 2, fence: 2 });
      expect(states(await given.log(owner.sessionId))).toEqual(['queued 0', 'running 1', 'running 2']);
    },
  },
  {
    title: 'a turn is claimed by one of many who try at once',
    async run({ given }) {
      const owner = await given.owned();
      await given.accept(owner);
      const claims = await Promise.all(Array.from({ length: 20 }, () => given.claim()));
      expect(claims.filter(Boolean)).toHaveLength(1);
    },
  },
  {
    title: 'a lease keeps others off until it runs out, and renewing makes it last',
    async run({ given, opened: { store } }) {
      const turn = await given.running(await given.owned());
      expect(await given.claim({ lease: { instanceId: 'there', nowMs: 16_000 } })).toBeUndefined();
      const held = [{ turnId: turn.turnId, fence: turn.fence }];
      expect(await store.write.renewTurnLeases({ lease: leaseOf({ untilMs: 30_000 }), held })).toEqual([turn.turnId]);
      expect(await given.claim({ lease: { instanceId: 'there', nowMs: 29_000 } })).toBeUndefined();
      expect(await given.claim({ lease: { instanceId: 'there', nowMs: 30_001 } })).toMatchObject({ attempt: 2 });
      expect(await store.write.renewTurnLeases({ lease: leaseOf(), held })).toEqual([]);
      expect(await store.read.heldTurns({ held })).toEqual([]);
    },
  },
  {
    title: 'the turn of an owner that is gone is taken at once, whatever its lease says',
    async run({ given, opened: { store } }) {
      const turn = await given.running(await given.owned(), { instanceId: 'gone' });
      expect(await store.read.turnOwners({})).toContain('gone');
      expect(await given.claim({ goneInstances: ['somebody'] })).toBeUndefined();
      expect(await given.claim({ goneInstances: ['somebody', 'gone'] })).toMatchObject({ turnId: turn.turnId });
    },
  },
  {
    title: 'a lease of another boot has run out',
    async run({ given }) {
      const turn = await given.running(await given.owned(), { bootId: 'earlier' });
      expect(await given.claim({ lease: { bootId: 'boot', nowMs: 1 } })).toMatchObject({ turnId: turn.turnId });
    },
  },
  {
    title: 'a turn that is given back is taken at once, and a renewal on its way does not keep it',
    async run({ given, opened: { store } }) {
      const turn = await given.running(await given.owned());
      await store.write.releaseTurn({ turnId: turn.turnId, fence: turn.fence });
      const held = [{ turnId: turn.turnId, fence: turn.fence }];
      expect(await store.write.renewTurnLeases({ lease: leaseOf({ untilMs: 30_000 }), held })).toEqual([]);
      expect(await given.claim()).toMatchObject({ turnId: turn.turnId, attempt: 2 });
    },
  },
  {
    title: 'a turn lost three times is interrupted, with its text kept and its session free',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const turn = await given.running(owner);
      await given.accept(owner);
      await given.flush(turn, 'shown so far');
      const gone = { goneInstances: ['here'], lease: { instanceId: 'here' } };
      expect(await given.claim(gone)).toMatchObject({ attempt: 2, shown: { text: 'shown so far' } });
      expect(await given.claim(gone)).toMatchObject({ attempt: 3 });
      const next = await given.claim(gone);
      expect(next?.turnId).not.toBe(turn.turnId);
      const log = (await given.log(owner.sessionId)).filter((event) => event.turn_id === turn.turnId);
      expect(states(log).at(-1)).toBe('interrupted 3');
      expect(messages(log)).toEqual([{ text: 'shown so far', partial: true, final: true }]);
      expect(await store.read.memberSession(owner)).toMatchObject({ message_count: 3, user_query_count: 2 });
    },
  },
  {
    title: 'whatever ended an answer, the text shown so far is read for the context of later turns',
    async run({ given, opened: { store } }) {
      const at = systemClock.now();
      const gone = { goneInstances: ['here'], lease: { instanceId: 'here' } };
      const ways: Record<string, (turn: ClaimedTurn) => Promise<unknown>> = {
        stopped: ({ sessionId, turnId }) =>
          store.write.stopTurn({ sessionId, turnId, code: 'stopped', at, by: byServer }),
        failed: (turn) => given.append(turn, { end: { state: 'failed', code: 'model_timeout' } }),
        invalidated: ({ sessionId }) =>
          store.write.invalidateSessions({ sessionIds: [sessionId], by: { userId: 'admin' }, at }),
        interrupted: async () => {
          for (let i = 0; i < 3; i++) await given.claim(gone);
        },
      };
      for (const [way, end] of Object.entries(ways)) {
        const owner = await given.owned();
        const turn = await given.running(owner);
        await given.flush(turn, `text of a turn that was ${way}`);
        await end(turn);
        const [read] = await store.read.turnsForContext({ ...owner, upToTurnNo: 1, turns: 1, maxChars: 1_000 });
        expect(JSON.parse(read?.lastMessage ?? 'null')).toMatchObject({
          text: expect.stringContaining(way),
          partial: true,
        });
      }
      const owner = await given.owned();
      await given.finish(await given.running(owner));
      const [whole] = await store.read.turnsForContext({ ...owner, upToTurnNo: 1, turns: 1, maxChars: 1_000 });
      expect(whole).not.toHaveProperty('lastMessage');
    },
  },
  {
    title: 'a turn that a later one replaced, and the one it replaced itself, are not read for a context',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const turnIds: string[] = [];
      for (const replaces of [undefined, undefined, 1, 2]) {
        const replacesTurnId = replaces === undefined ? null : (turnIds[replaces] ?? null);
        const accepted = await given.accept(owner, { replacesTurnId });
        turnIds.push('turnId' in accepted ? accepted.turnId : '');
      }
      const read = await store.read.turnsForContext({ ...owner, upToTurnNo: 4, turns: 10, maxChars: 10_000 });
      expect(read.map((turn) => turn.turnId)).toEqual([turnIds[3], turnIds[0]]);
    },
  },
  {
    title: 'an older fence appends nothing, neither events nor text',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const old = await given.running(owner);
      const turn = await given.claim({ goneInstances: ['here'], lease: { instanceId: 'there' } });
      if (!turn) throw new Error('the turn was not taken');
      const before = await given.log(owner.sessionId);
      expect(await given.append(old, { events: [answer('late')], nextStep: 1 })).toBe(false);
      expect(await given.finish(old)).toBe(false);
      expect(await given.append(old, { end: { state: 'failed', code: 'late' } })).toBe(false);
      expect(await given.flush(old, 'late')).toEqual({ lost: [old.turnId] });
      await store.write.releaseTurn({ turnId: old.turnId, fence: old.fence });
      expect(await given.log(owner.sessionId)).toEqual(before);
      expect((await store.read.runningStep(owner)).running?.text).toBe('');
      expect(await given.claim({ lease: { instanceId: 'third' } })).toBeUndefined();
      expect(await given.finish(turn)).toBe(true);
    },
  },
  {
    title: 'stopping keeps the text shown, ends the turn, and its owner can write no more',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const turn = await given.running(owner);
      await given.flush(turn, 'first ');
      await given.flush(turn, 'second', 6);
      const stop = { ...owner, turnId: turn.turnId, code: 'stopped', at: systemClock.now(), by: byServer };
      expect(await store.write.stopTurn(stop)).toBe('cancelled');
      expect(await store.write.stopTurn(stop)).toBe('cancelled');
      expect(await given.flush(turn, 'third', 12)).toEqual({ lost: [turn.turnId] });
      expect(await given.finish(turn)).toBe(false);
      const log = await given.log(owner.sessionId);
      expect(messages(log)).toEqual([{ text: 'first second', partial: true, final: true }]);
      expect(states(log)).toEqual(['queued 0', 'running 1', 'cancelled 1']);
    },
  },
  {
    title: 'a queued turn can be stopped, and never runs',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const accepted = await given.accept(owner);
      const turnId = 'turnId' in accepted ? accepted.turnId : '';
      const at = systemClock.now();
      expect(await store.write.stopTurn({ ...owner, turnId, code: 'stopped', at, by: byServer })).toBe('cancelled');
      expect(await given.claim()).toBeUndefined();
      expect(
        await store.write.stopTurn({ sessionId: owner.sessionId, turnId: 'none', code: '', at, by: byServer }),
      ).toBeUndefined();
    },
  },
  {
    title: 'stopping a session ends what runs and waits in it with the text kept, says how many, and leaves it open',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const turn = await given.running(owner);
      await given.accept(owner);
      await given.flush(turn, 'so far');
      const stop = {
        sessionId: owner.sessionId,
        code: 'stopped_by_administrator',
        at: systemClock.now(),
        by: byServer,
      };
      expect(await store.write.stopSessionTurns(stop)).toBe(2);
      expect(await store.write.stopSessionTurns(stop)).toBe(0);
      expect(await store.write.stopSessionTurns({ ...stop, sessionId: 'none' })).toBe(0);
      expect(await given.finish(turn)).toBe(false);
      const log = await given.log(owner.sessionId);
      expect(states(log).slice(-2)).toEqual(['cancelled 1', 'cancelled 0']);
      expect(messages(log)).toEqual([{ text: 'so far', partial: true, final: true }]);
      expect(await given.accept(owner)).toMatchObject({ outcome: 'accepted' });
    },
  },
  {
    title: 'an ended or deleted session cancels its turns, running and queued',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const turn = await given.running(owner);
      await given.accept(owner);
      await store.write.deleteSession({ sessionId: owner.sessionId, at: systemClock.now(), by: byServer });
      expect(await given.finish(turn)).toBe(false);
      expect(await given.claim({ goneInstances: ['here'] })).toBeUndefined();
      expect(states(await given.log(owner.sessionId)).slice(-2)).toEqual(['cancelled 1', 'cancelled 0']);
    },
  },
];

function states(log: readonly EventRecord[]): string[] {
  return log
    .filter((event) => event.type === 'turn_state')
    .map((event) => JSON.parse(event.payload) as { state: string; attempt: number })
    .map(({ state, attempt }) => `${state} ${attempt}`);
}

function messages(log: readonly EventRecord[]): { text: string; partial: boolean; final: boolean }[] {
  return log
    .filter((event) => event.type === 'agent_message')
    .map((event) => JSON.parse(event.payload) as { text: string; partial: boolean; final: boolean })
    .map(({ text, partial, final }) => ({ text, partial, final }));
}
