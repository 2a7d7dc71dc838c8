import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { stopSessionAnswer } from '../../src/contract/admin.ts';
import type { SessionEvent, StreamedEvent } from '../../src/contract/events.ts';
import { answered, Client, refused } from '../client.ts';
import { openSession, type Person } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import type { ServerProcess } from '../server-process.ts';
import { sharedServer, slowStartMs } from '../shared-server.ts';
import { answerOf, ask, logOf, send, stateOf } from '../turns.ts';
import { fastestOf, waitFor } from '../wait-for.ts';

const server = sharedServer({ withModel: true });
const boundMs = 1_000;
const text = 'the beginning of an answer that never ends';
let alice: Person;
beforeAll(async () => {
  alice = await server().person();
});

const stopPath = (sessionId: string) => `/api/admin/sessions/${sessionId}/stop`;
const isCancelled = (turnId: string) => (event: StreamedEvent) =>
  event.type === 'turn_state' && event.turn_id === turnId && event.state === 'cancelled';

/** A turn whose model has fallen silent after four words, all of them shown. */
async function givenStalledTurn(client: Client = alice.client) {
  const { session_id } = await openSession(alice);
  server().model.next({ text, stallAfter: 4 });
  const turn = await send(alice, session_id, 'stall, please');
  const stream = await client.stream(`/api/sessions/${session_id}/events`);
  await stream.until('four words', ({ events }) =>
    events
      .map((event) => (event.type === 'text_delta' ? event.text : ''))
      .join('')
      .startsWith('the beginning of an'),
  );
  return { sessionId: session_id, turn, stream };
}

/** The same person at another process. */
const at = ({ url }: ServerProcess, person: Person) => new Client(url, person.client.token);

function expectStopped(log: readonly SessionEvent[], turnId: string): void {
  expect(stateOf(log, turnId)).toMatchObject({ state: 'cancelled', code: 'stopped_by_administrator' });
  const answer = answerOf(log, turnId);
  expect(answer).toMatchObject({ final: true, partial: true });
  expect(answer?.text.startsWith('the beginning of an')).toBe(true);
}

describe('an administrator stops a session', () => {
  test('what runs and what waits ends in under a second while the model stalls; the text stays, the session is open', async () => {
    const tookMs = await fastestOf(3, boundMs, async () => {
      const { sessionId, turn, stream } = await givenStalledTurn();
      const waiting = [await send(alice, sessionId, 'wait'), await send(alice, sessionId, 'wait too')];
      const startedMs = performance.now();
      const reply = await server().admin.client.post(stopPath(sessionId));
      expect(answered(reply, 202, stopSessionAnswer)).toEqual({ stopped: 3 });
      await stream.until('all three cancelled', ({ events }) =>
        [turn, ...waiting].every(({ turn_id }) => events.some(isCancelled(turn_id))),
      );
      const stoppedMs = performance.now() - startedMs;
      await stream.close();
      const log = await logOf(alice, sessionId);
      expectStopped(log, turn.turn_id);
      for (const { turn_id } of waiting) {
        expect(stateOf(log, turn_id)).toMatchObject({ code: 'stopped_by_administrator', attempt: 0 });
        expect(answerOf(log, turn_id)).toBeUndefined();
      }
      const asked = server().model.requests.at(-1);
      await waitFor('the request to the model given up', () => asked?.aborted);
      expect((await ask(alice, sessionId, 'and on')).state).toBe('done');
      return stoppedMs;
    });
    expect(tookMs).toBeLessThan(boundMs);
    await checkInvariants(server().databasePath);
  });

  test('stopping where nothing runs stops nothing and changes nothing', async () => {
    const { session_id } = await openSession(alice);
    await ask(alice, session_id, 'hello');
    const log = await logOf(alice, session_id);
    const reply = await server().admin.client.post(stopPath(session_id));
    expect(answered(reply, 202, stopSessionAnswer)).toEqual({ stopped: 0 });
    expect(await logOf(alice, session_id)).toEqual(log);
  });

  test('a session that does not exist is a 404; a member is refused, of their own session too, and stops nothing', async () => {
    for (const id of [randomUUID(), 'none']) {
      refused(await server().admin.client.post(stopPath(id)), 404, 'not_found');
    }
    const { sessionId, turn, stream } = await givenStalledTurn();
    refused(await alice.client.post(stopPath(sessionId)), 403, 'forbidden');
    expect(stateOf(await logOf(alice, sessionId), turn.turn_id)?.state).toBe('running');
    await server().admin.client.post(stopPath(sessionId));
    await stream.close();
  });
});

describe('with two processes on one data directory', () => {
  let other: ServerProcess;
  beforeAll(async () => {
    other = await server().startAnother();
  }, slowStartMs);

  /** The process that took the turn, and the one that did not. */
  async function ownerOf(turnId: string): Promise<{ owner: ServerProcess; bystander: ServerProcess }> {
    const processes = [server().process, other];
    const owner = await waitFor('the owner', () =>
      processes.find(({ log }) => log.includes(`"turn_claimed","turnId":"${turnId}"`)),
    );
    const bystander = processes.find((each) => each !== owner);
    if (!bystander) throw new Error('There are two processes.');
    return { owner, bystander };
  }

  test('one that does not own the turn stops it in under a second, in view of a reader at the owner', async () => {
    const tookMs = await fastestOf(3, boundMs, async () => {
      const { sessionId, turn, stream: first } = await givenStalledTurn();
      await first.close();
      const { owner, bystander } = await ownerOf(turn.turn_id);
      const stream = await at(owner, alice).stream(`/api/sessions/${sessionId}/events`);
      const startedMs = performance.now();
      const reply = await at(bystander, server().admin).post(stopPath(sessionId));
      expect(answered(reply, 202, stopSessionAnswer)).toEqual({ stopped: 1 });
      await stream.until('cancelled', ({ events }) => events.some(isCancelled(turn.turn_id)));
      const stoppedMs = performance.now() - startedMs;
      await stream.close();
      expectStopped(await logOf(alice, sessionId), turn.turn_id);
      const asked = server().model.requests.at(-1);
      await waitFor('the request to the model given up', () => asked?.aborted);
      return stoppedMs;
    });
    expect(tookMs).toBeLessThan(boundMs);
    await checkInvariants(server().databasePath);
  });

  test('also when the owner is paused, which adds nothing once it goes on', async () => {
    const tookMs = await fastestOf(3, boundMs, async () => {
      const { sessionId, turn, stream: first } = await givenStalledTurn();
      await first.close();
      const { owner, bystander } = await ownerOf(turn.turn_id);
      const here = at(bystander, alice);
      const stream = await here.stream(`/api/sessions/${sessionId}/events`);
      process.kill(owner.pid, 'SIGSTOP');
      let stoppedMs: number;
      try {
        const startedMs = performance.now();
        const reply = await at(bystander, server().admin).post(stopPath(sessionId));
        expect(answered(reply, 202, stopSessionAnswer)).toEqual({ stopped: 1 });
        await stream.until('cancelled', ({ events }) => events.some(isCancelled(turn.turn_id)));
        stoppedMs = performance.now() - startedMs;
      } finally {
        process.kill(owner.pid, 'SIGCONT');
      }
      await stream.close();
      const log = await logOf(alice, sessionId);
      expectStopped(log, turn.turn_id);
      const asked = server().model.requests.at(-1);
      await waitFor('the request to the model given up', () => asked?.aborted);
      expect(await logOf(alice, sessionId)).toEqual(log);
      return stoppedMs;
    });
    expect(tookMs).toBeLessThan(boundMs);
    await checkInvariants(server().databasePath);
  });
});
