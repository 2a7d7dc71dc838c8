import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { newId } from '../../ids.ts';
import { agentId, answer, GivenLog } from '../conformance/given-log.ts';
import { inPostgres } from '../conformance/in-postgres.ts';
import { openPostgresStore } from './postgres-store.ts';

/** How often a turn with one call of a tool may wait for the server on the writer's connection, from its message to its end. */
const maxRoundTrips = 8;

inPostgres('round trips', (server) => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  async function given() {
    const counted = { roundTrips: 0 };
    const onRoundTrip = () => (counted.roundTrips += 1);
    const url = await server().newDatabase();
    const { store } = await openPostgresStore({ url, clock: systemClock, instanceId: newId(), onRoundTrip });
    closing.push(() => store.close());
    const agent = { id: agentId, name: 'Agent', description: '', instructions: '', tools: [] };
    await store.write.putBuiltins({ agents: [agent], at: systemClock.now() });
    const builders = new GivenLog(store);
    const owner = await builders.owned();
    const since = async (run: () => Promise<unknown>) => {
      const before = counted.roundTrips;
      await run();
      return counted.roundTrips - before;
    };
    return { store, given: builders, owner, since };
  }

  test('a turn with one call of a tool costs few', async () => {
    const { given: builders, owner, since, store } = await given();
    let turn = await builders.claim();
    const spent = {
      accept: await since(() => builders.accept(owner)),
      claim: await since(async () => (turn = await builders.claim())),
      call: await since(async () => {
        if (!turn) throw new Error('there was no turn to claim');
        const call = { step: 0, call_id: 'call', tool: 'search', input: {} };
        const events = [answer('', { final: false }), { type: 'tool_call' as const, payload: call }];
        const adkEvents = [{ eventId: 'call', event: {} }];
        expect(await builders.append(turn, { events, adkEvents, nextStep: 1 })).toBe(true);
      }),
      result: await since(async () => {
        if (!turn) return;
        const result = { call_id: 'call', output: 'found', is_error: false };
        const adkEvents = [{ eventId: 'result', event: {} }];
        const events = [{ type: 'tool_result' as const, payload: result }];
        expect(await builders.append(turn, { events, adkEvents, nextStep: 1 })).toBe(true);
      }),
      text: await since(async () => turn && expect((await builders.flush(turn, 'Answer')).lost).toEqual([])),
      end: await since(async () => turn && expect(await builders.finish(turn)).toBe(true)),
    };
    expect(spent).toEqual({ accept: 2, claim: 2, call: 1, result: 1, text: 1, end: 1 });
    expect(Object.values(spent).reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(maxRoundTrips);
    const log = await builders.log(owner.sessionId);
    expect(log.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await store.read.turnOutcome({ ...owner, turnId: turn?.turnId ?? '' })).toMatchObject({
      state: 'done',
    });
  });

  test('appends of many turns at once cost one, and each is told whether its fence held', async () => {
    const { given: builders, owner, since } = await given();
    const turns = [await builders.running(owner)];
    for (let i = 1; i < 20; i++) {
      turns.push(await builders.running({ userId: owner.userId, sessionId: await builders.session(owner.userId) }));
    }
    const lost = turns[7]?.turnId;
    let kept: boolean[] = [];
    const roundTrips = await since(async () => {
      const appends = turns.map((turn) => {
        const fence = turn.turnId === lost ? turn.fence - 1 : turn.fence;
        return builders.append({ turnId: turn.turnId, fence }, { events: [answer('One', { final: false })] });
      });
      kept = await Promise.all(appends);
    });
    expect(kept).toEqual(turns.map(({ turnId }) => turnId !== lost));
    expect(roundTrips).toBe(1);
    for (const turn of turns) {
      const log = await builders.log(turn.sessionId);
      expect(log.map(({ seq, type }) => [seq, type]).slice(3)).toEqual(
        turn.turnId === lost ? [] : [[4, 'agent_message']],
      );
    }
  });
});
