import { loginAnswer } from '../../../src/contract/auth.ts';
import { finalTurnStates, type TurnState } from '../../../src/contract/events.ts';
import { foldSnapshot, type TurnView } from '../../../src/contract/fold.ts';
import {
  history as historyShape,
  sessionList,
  session as sessionShape,
  snapshot,
  stopAnswer,
} from '../../../src/contract/sessions.ts';
import { leaseMs } from '../../../src/events/leases/lease-runner.ts';
import { answered, Client, type Reply, refused } from '../../client.ts';
import { waitFor } from '../../wait-for.ts';
import { orderWords, wordsOf } from '../answers.ts';
import { Follower } from '../follower.ts';
import type { History } from '../history.ts';
import { sendUntilAnswered } from '../outbox.ts';

export type ScenarioPorts = {
  url: URL;
  username: string;
  password: string;
  history: History;
  /** Sets the machine's monotonic clock forward, as this process sees it. */
  moveOn(ms: number): void;
  /** Told of each request's time, and of each take-over's after the lease was over, in milliseconds. */
  took(what: 'a request' | 'a take-over', ms: number): void;
  /** Makes the words of this scenario those of no other. */
  seed: number;
};

/** How each of the scenario's turns ended, with its code. */
export type Ends = { looked: string; stopped: string; second: string };

export const cleanEnds: Ends = { looked: 'done', stopped: 'cancelled stopped', second: 'done' };

/** No call of the product takes so long when what it calls fails at once. */
const hangsAfterMs = 15_000;
/** Longer than a turn takes by itself; what has not come by then waits for a lease to run out. */
const byItselfMs = 1_000;
/** Past the time after which a holder renews its leases. */
const renewalMs = 6_000;
/** Tries until a request is answered: the first may fail, the next one has no fault left to meet. */
const maxTries = 3;

/** Signs in, opens a session, follows it, asks with a tool, stops a second answer, renames, asks again, reads everything and deletes, and
 *  goes on as a patient person's browser does: whatever is answered with 503 is asked again, and a message by its own id.
 *  @throws Error when something does not converge, hangs, or ends in a state without a name */
export async function playScenario(ports: ScenarioPorts): Promise<Ends> {
  const { history, seed } = ports;
  const anonymous = new Client(ports.url);
  const { username, password } = ports;
  const login = await untilAnswered(ports, () => anonymous.post('/api/auth/login', { username, password }));
  const client = new Client(ports.url, answered(login, 200, loginAnswer).access_token);
  const opened = await untilAnswered(ports, () => client.post('/api/sessions'));
  const { session_id: sessionId } = answered(opened, 201, sessionShape);
  const path = `/api/sessions/${sessionId}`;
  const follower = new Follower({ name: 'reader', sessionId, history, client: () => client });
  try {
    const say = (text: string) => send(ports, client, follower, text);

    const looked = await say(orderWords(12, seed, true));
    const ends: Ends = { ...cleanEnds, looked: await untilOver(ports, follower, looked) };

    const stopped = await say(orderWords(2_000, seed + 1));
    await untilSeen(ports, follower, stopped, (turn) => isOver(turn) || turn.running !== undefined);
    ports.moveOn(renewalMs);
    const told = await untilAnswered(ports, () => client.post(`${path}/turns/${stopped}/stop`));
    const { state } = answered(told, 202, stopAnswer);
    ends.stopped = await untilOver(ports, follower, stopped);
    if (ends.stopped.split(' ')[0] !== state)
      throw new Error(`a stop was answered ${state}, the turn is ${ends.stopped}`);

    const title = `renamed ${seed}`;
    const renamed = await untilAnswered(ports, () => client.patch(path, { title }));
    if (answered(renamed, 200, sessionShape).title !== title) throw new Error('the new name was not taken');

    const second = await say(orderWords(10, seed + 2));
    ends.second = await untilOver(ports, follower, second);

    await checkReads(ports, client, follower, path);
    const deleted = await untilAnswered(ports, () => client.delete(path));
    if (deleted.status !== 204) throw new Error(`deleting was answered ${deleted.status}`);
    refused(await untilAnswered(ports, () => client.get(path)), 404);
    return ends;
  } finally {
    await follower.close();
  }
}

/** A turn of somebody else, once there is no fault left: the server is as good as new.
 *  @throws Error when it is not answered */
export async function playAfterwards(ports: ScenarioPorts, client: Client): Promise<void> {
  const { history, seed } = ports;
  const { session_id: sessionId } = answered(await client.post('/api/sessions'), 201, sessionShape);
  const follower = new Follower({ name: 'another reader', sessionId, history, client: () => client });
  try {
    const end = await untilOver(ports, follower, await send(ports, client, follower, orderWords(3, seed + 3)));
    if (end !== 'done') throw new Error(`a turn after the fault is ${end}`);
  } finally {
    await follower.close();
  }
}

/** A message is there once, and its author sees it. */
async function send(ports: ScenarioPorts, client: Client, follower: Follower, text: string): Promise<string> {
  const { history } = ports;
  const startedMs = performance.now();
  const outcome = await sendUntilAnswered(
    { history, client: () => client, patienceMs: hangsAfterMs },
    follower.sessionId,
    text,
  );
  ports.took('a request', performance.now() - startedMs);
  if (outcome.state !== 'stored') throw new Error('a message was refused');
  await waitFor('one’s own message', () => find(follower, outcome.turnId) !== undefined, hangsAfterMs);
  return outcome.turnId;
}

/** Everything that can be read is as the reader has it. */
async function checkReads(ports: ScenarioPorts, client: Client, follower: Follower, path: string): Promise<void> {
  const read = answered(await untilAnswered(ports, () => client.get(`${path}/snapshot`)), 200, snapshot);
  const view = foldSnapshot(read);
  await waitFor('the reader is at the end', () => follower.view.seq === view.seq, hangsAfterMs);
  if (JSON.stringify(view.turns) !== JSON.stringify(follower.view.turns)) {
    throw new Error(`a reader has ${JSON.stringify(follower.view.turns)}, a snapshot ${JSON.stringify(view.turns)}`);
  }
  const { chat_history: messages } = answered(
    await untilAnswered(ports, () => client.get(`${path}/history`)),
    200,
    historyShape,
  );
  const { sessions } = answered(await untilAnswered(ports, () => client.get('/api/sessions')), 200, sessionList);
  const listed = sessions.find(({ session_id }) => session_id === read.session.session_id);
  const isCounted = listed?.chat_messages === messages.length && listed.user_queries === view.turns.length;
  if (!isCounted) throw new Error(`the list has ${JSON.stringify(listed)}, the history ${messages.length} messages`);
}

/** Asks again while the server says that it cannot: in words of the contract, with a time to come back, and without delay. */
async function untilAnswered(ports: ScenarioPorts, request: () => Promise<Reply>): Promise<Reply> {
  for (let tries = 1; ; tries++) {
    const startedMs = performance.now();
    const reply = await inTime('a request', request());
    ports.took('a request', performance.now() - startedMs);
    if (reply.status < 500) return reply;
    const { code } = refused(reply, 503);
    if (code !== 'store_unavailable' || reply.headers['retry-after'] === undefined) {
      throw new Error(`a failing store is answered with ${code}: ${reply.text}`);
    }
    if (tries === maxTries) throw new Error(`a request did not converge: ${reply.text}`);
  }
}

/** Waits until a turn is over, beyond its lease if need be.
 *  @returns its state and code; a failure without a code, and words that the model did not say, are errors */
async function untilOver(ports: ScenarioPorts, follower: Follower, turnId: string): Promise<string> {
  const turn = await untilSeen(ports, follower, turnId, isOver);
  const { text, state, code, answer } = turn;
  const whole = wordsOf(text);
  const said = answer?.text ?? '';
  if (state === 'done' ? said !== whole || answer?.partial : !whole.startsWith(said)) {
    throw new Error(`turn ${turnId} is ${state} and says “${said}” of “${whole}”`);
  }
  if (state !== 'done' && !code) throw new Error(`turn ${turnId} is ${state}, and nothing says why`);
  return [state, code].filter(Boolean).join(' ');
}

/** Waits for something to be seen of a turn. What does not come by itself is held by a lease that nobody renews: then the clock is moved
 *  past it, and another attempt must begin. */
async function untilSeen(
  ports: ScenarioPorts,
  follower: Follower,
  turnId: string,
  isSeen: (turn: TurnView) => boolean,
): Promise<TurnView> {
  const seen = () => {
    const turn = find(follower, turnId);
    return turn && isSeen(turn) ? turn : undefined;
  };
  const soon = await waitFor('a turn by itself', seen, byItselfMs).catch(() => undefined);
  if (soon) return soon;
  const attempt = find(follower, turnId)?.attempt ?? 0;
  ports.moveOn(leaseMs);
  const startedMs = performance.now();
  const isTaken = () => (find(follower, turnId)?.attempt ?? 0) > attempt;
  await waitFor(`turn ${turnId}, whose lease is over`, () => isTaken() || seen() !== undefined);
  if (isTaken()) ports.took('a take-over', performance.now() - startedMs);
  return waitFor(`turn ${turnId}, beyond its lease`, seen);
}

const find = (follower: Follower, turnId: string) => follower.view.turns.find((turn) => turn.turnId === turnId);
const isOver = ({ state }: { state: TurnState }) => finalTurnStates.has(state);

function inTime<T>(what: string, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what} hangs`)), hangsAfterMs);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
