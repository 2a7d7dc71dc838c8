import * as fc from 'fast-check';
import { expect } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import type { GivenLog } from './given-log.ts';
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
];

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
