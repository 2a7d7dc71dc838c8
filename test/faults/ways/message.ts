import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TurnView } from '../../../src/contract/fold.ts';
import type { Reply } from '../../client.ts';
import { openSession, type Person } from '../../given.ts';
import { waitFor } from '../../wait-for.ts';
import { orderWords, wordsOf } from '../answers.ts';
import { Follower } from '../follower.ts';
import type { Outcome } from '../history.ts';
import { sendUntilAnswered } from '../outbox.ts';
import type { World } from './way.ts';

const shortWords = 30;
/** More than is written in the time a test has. */
const longWords = 5_000;

/** A message in a session of its own, whose reader resumes whatever happens. */
export type Message = {
  readonly sessionId: string;
  /** Sends it, by one id however often; resolves once the server said what became of it. */
  send(): Promise<void>;
  /** Sends it; resolves once its turn runs. */
  untilRunning(): Promise<void>;
  stop(): Promise<Reply>;
  /** Resolves once the reader shows the whole answer. */
  untilDone(): Promise<void>;
  /** Resolves once the reader shows that it was stopped, with what was written of the answer. */
  untilCancelled(): Promise<void>;
  sendAnother(): Promise<Reply>;
};

export async function newMessage(world: World, { isLong }: { isLong: boolean }): Promise<Message> {
  const person: Person = await world.server.person();
  const { client } = person;
  const { session_id: sessionId } = await openSession(person);
  const text = orderWords(isLong ? longWords : shortWords, world.number());
  const { history } = world;
  const reader = new Follower({ name: `reader of ${sessionId}`, sessionId, history, client: () => client });
  world.atEnd(() => reader.close());
  const path = `/api/sessions/${sessionId}/turns`;
  let sending: Promise<Outcome> | undefined;

  /** @returns the turn's id */
  async function send(): Promise<string> {
    sending ??= sendUntilAnswered({ history, client: () => client }, sessionId, text);
    const outcome = await sending;
    if (outcome.state !== 'stored') throw new Error(`the message is ${outcome.state}`);
    return outcome.turnId;
  }

  async function untilEnded(state: 'done' | 'cancelled'): Promise<TurnView> {
    const turn = await waitFor(`the turn of ${sessionId} ${state}`, () =>
      reader.view.turns.find((each) => each.state === state),
    );
    assert.equal(reader.view.turns.length, 1);
    await reader.close();
    return turn;
  }

  return {
    sessionId,
    async send() {
      await send();
    },
    async untilRunning() {
      await send();
      const isRunning = "select 1 from turns where session_id = ? and state = 'running'";
      await waitFor('the running turn', () => world.ask(isRunning, sessionId).length > 0);
    },
    stop: async () => client.post(`${path}/${await send()}/stop`),
    async untilDone() {
      assert.equal((await untilEnded('done')).answer?.text, wordsOf(text));
    },
    async untilCancelled() {
      const { answer } = await untilEnded('cancelled');
      assert.ok(wordsOf(text).startsWith(answer?.text ?? ''), 'the kept text is the beginning of the answer');
    },
    sendAnother: () => client.post(path, { client_turn_id: randomUUID(), text: 'and another' }),
  };
}
