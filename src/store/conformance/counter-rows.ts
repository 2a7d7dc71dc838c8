import * as fc from 'fast-check';
import { expect } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import type { DraftEvent } from '../commands/append-events.ts';
import type { AppendTurnArgs } from '../commands/append-to-turns.ts';
import { answer, type GivenLog } from './given-log.ts';
import type { Row } from './row.ts';

type Action = {
  readonly kind: 'create' | 'accept' | 'run' | 'finish' | 'lose' | 'stop' | 'delete' | 'end';
  at: number;
};

const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom(
    'create',
    'accept',
    'accept',
    'accept',
    'run',
    'run',
    'finish',
    'lose',
    'stop',
    'delete',
    'end',
  ),
  at: fc.nat({ max: 1_000 }),
});
const runs = { numRuns: 25, seed: 2_026, endOnFailure: true };

export const counterRows: readonly Row[] = [
  {
    title: 'whatever is done, seq is dense and the counters equal a count over the log',
    async run({ given }) {
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40 }), (actions) => play(given, actions)),
        runs,
      );
    },
    timeoutMs: 120_000,
  },
  {
    title: 'what lists show draws a rev with every change; a step of a turn, which they do not show, draws none',
    async run({ given }) {
      const owner = await given.owned();
      const turn = await given.running(owner);
      const seen = async () => {
        const record = await given.store.read.memberSession(owner);
        return { seq: record?.last_seq ?? 0, rev: record?.rev ?? 0, running: record?.running };
      };
      const before = await seen();
      expect(before.running).toBe(1);
      expect(await given.append(turn, { events: [stepEvent, answer('Text', { final: false })], nextStep: 1 })).toBe(
        true,
      );
      expect(await seen()).toEqual({ ...before, seq: before.seq + 2 });
      expect(await given.append(turn)).toBe(true);
      expect(await seen()).toEqual({ ...before, seq: before.seq + 2 });
      expect(await given.append(turn, { events: [answer('Answer')], nextStep: 2 })).toBe(true);
      const answered = await seen();
      expect(answered).toMatchObject({ seq: before.seq + 3, running: 1 });
      expect(answered.rev).toBeGreaterThan(before.rev);
      expect(await given.append(turn, { end: { state: 'done' } })).toBe(true);
      const ended = await seen();
      expect(ended).toMatchObject({ seq: before.seq + 4, running: 0 });
      expect(ended.rev).toBeGreaterThan(answered.rev);
      const changed = await given.store.read.changedSessions({ afterRev: answered.rev, limit: 10 });
      expect(changed.map((record) => record.session_id)).toContain(owner.sessionId);
    },
  },
  {
    title: 'of many turns that append at once each is told what became of its own, and seq stays dense in all',
    async run({ given }) {
      const owners = await Promise.all(Array.from({ length: 12 }, () => given.owned()));
      const turns: Turn[] = [];
      for (const owner of owners) turns.push({ ...owner, ...(await given.running(owner)) });
      const kinds: ((turn: Turn) => { stored: number; kept: boolean; ask: Promise<boolean> })[] = [
        (turn) => ({ stored: 2, kept: true, ask: given.append(turn, { events: [stepEvent, stepEvent] }) }),
        (turn) => ({ stored: 1, kept: true, ask: given.append(turn, { events: [answer('Answer')] }) }),
        (turn) => ({ stored: 0, kept: true, ask: given.append(turn) }),
        (turn) => ({ stored: 0, kept: false, ask: lost(given, turn, { events: [stepEvent] }) }),
        (turn) => ({ stored: 2, kept: true, ask: given.finish(turn) }),
        (turn) => ({ stored: 0, kept: false, ask: lost(given, turn, { end: { state: 'done' } }) }),
      ];
      const asked = turns.map((turn, i) => ({ turn, ...kinds[i % kinds.length]?.(turn) }));
      for (const { turn, stored, kept, ask } of asked) {
        expect(await ask).toBe(kept);
        const log = await given.log(turn.sessionId);
        // Three events are the message's: itself, that its turn waits, that it runs.
        expect(log.map((event) => event.seq)).toEqual(Array.from({ length: 3 + (stored ?? 0) }, (_, i) => i + 1));
        expect(await given.store.read.memberSession(turn)).toMatchObject({ last_seq: log.length });
      }
      await given.removeAll();
    },
  },
];

type Turn = { sessionId: string; userId: string; turnId: string; fence: number };

const stepEvent: DraftEvent = { type: 'tool_result', payload: { call_id: 'call', output: 'Found', is_error: false } };

/** Under a fence that is not the turn's. */
function lost(given: GivenLog, turn: Turn, more: Partial<AppendTurnArgs>): Promise<boolean> {
  return given.append({ turnId: turn.turnId, fence: turn.fence + 1 }, more);
}

async function play(given: GivenLog, actions: readonly Action[]): Promise<void> {
  const userId = await given.user();
  const sessions = [await given.session(userId)];
  const turns: { turnId: string; fence: number; sessionId: string }[] = [];
  const { write, read } = given.store;
  for (const { kind, at } of actions) {
    const sessionId = sessions[at % sessions.length] ?? '';
    const turn = turns[at % Math.max(1, turns.length)];
    const time = systemClock.now();
    switch (kind) {
      case 'create':
        sessions.push(await given.session(userId));
        break;
      case 'accept':
        await given.accept({ userId, sessionId });
        break;
      case 'run': {
        const claimed = await given.claim();
        if (!claimed) break;
        turns.push(claimed);
        await given.flush(claimed, 'text');
        break;
      }
      case 'finish':
        if (turn) await given.finish(turn);
        break;
      case 'lose': {
        const claimed = await given.claim({ goneInstances: ['here'] });
        if (claimed) turns.push(claimed);
        break;
      }
      case 'stop':
        if (turn) await write.stopTurn({ ...turn, code: 'stopped', at: time, by: byServer });
        break;
      case 'delete':
        if (at % 4 === 0) await write.deleteSession({ sessionId, at: time, by: byServer });
        break;
      case 'end':
        if (at % 4 === 0) await write.invalidateSessions({ sessionIds: [sessionId], by: { userId: userId }, at: time });
    }
  }
  const records = await read.changedSessions({ afterRev: 0, limit: 1_000_000 });
  for (const sessionId of sessions) {
    const log = await given.log(sessionId);
    expect(log.map((event) => event.seq)).toEqual(log.map((_, i) => i + 1));
    const queries = log.filter((event) => event.type === 'user_message').length;
    const answers = log
      .filter((event) => event.type === 'agent_message')
      .filter((event) => (JSON.parse(event.payload) as { final: boolean }).final).length;
    const record = records.find((each) => each.session_id === sessionId);
    expect(record).toMatchObject({
      last_seq: log.length,
      user_query_count: queries,
      message_count: queries + answers,
    });
  }
  expect(new Set(records.map((record) => record.rev)).size).toBe(records.length);
  await given.removeAll();
}
