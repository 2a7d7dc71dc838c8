import { randomUUID } from 'node:crypto';
import { quantile } from '../../../bench/support/lines.ts';
import { adminSessionRow } from '../../../src/contract/admin.ts';
import { openSession, type Person } from '../../given.ts';
import { waitFor } from '../../wait-for.ts';
import { answerOrders, orderWords } from '../answers.ts';
import { type Attack, newTally, type Tally } from '../attack.ts';
import { Conversation } from '../conversation.ts';
import { History } from '../history.ts';
import { Instances } from '../instances.ts';
import { judge } from '../judge.ts';

/** F16: no bell rings, neither within a server nor between two. What is committed is found by asking, in time. */
export const silentBell: Attack = {
  name: 'silent-bell',
  id: 'F16',
  title: 'no bell rings, in one server and between two',
  rounds: { fast: 4, whole: 50 },
  async run({ rounds, say }) {
    const tally = newTally();
    await using instances = await Instances.start({ env: { PERDURE_TEST_SILENT_BELL: '1' }, beside: [] });
    answerOrders(instances.home.model, { pieceDelayMs, continues: true });
    const one = await measureWays(instances, { from: 0, to: 0, rounds, tally });
    say(`${rounds} rounds in one server`);
    await instances.add();
    const two = await measureWays(instances, { from: 0, to: 1, rounds, tally });
    say(`${rounds} rounds from one server to another`);
    tally.measures.push(...measuresOf('in one server', one, 1_500), ...measuresOf('between two', two, 2_500));
    return tally;
  },
};

const pieceDelayMs = 15;
/** More than is written before it is stopped. */
const words = 2_000;
/** Turns until each process has run one, or nearly. */
const warmUps = 12;

/** Milliseconds of each way that something committed takes to whoever waits for it. */
type Ways = Record<
  'from a message to its running turn' | 'from there to its text' | 'a stop' | 'a new session in the list',
  number[]
>;

type Place = {
  /** The server that is asked, and the one whose readers wait. */
  from: number;
  to: number;
  rounds: number;
  tally: Tally;
};

async function measureWays(instances: Instances, { from, to, rounds, tally }: Place): Promise<Ways> {
  const { home } = instances;
  const history = new History();
  const ways: Ways = {
    'from a message to its running turn': [],
    'from there to its text': [],
    'a stop': [],
    'a new session in the list': [],
  };
  const person = await home.person();
  const asking: Person = { ...person, client: instances.client(from, person) };
  const conversation = await Conversation.open({
    person,
    history,
    clients: [() => instances.client(to, person), () => asking.client],
  });
  const list = await instances.client(to, home.admin).stream('/api/admin/sessions/events?limit=1');
  try {
    // The first turn of a process loads the agent runtime, which has nothing to do with bells.
    for (
      let i = 0;
      i < warmUps && !instances.servers.every((_server, each) => instances.claimedBy(each).length > 0);
      i++
    ) {
      await makeRound();
    }
    for (let round = 0; round < rounds; round++) {
      const taken = await makeRound();
      for (const [way, ms] of Object.entries(taken)) ways[way as keyof Ways].push(ms);
      tally.rounds += 1;
      // Every way was made without a bell.
      tally.faults += Object.keys(taken).length;
    }
    const { lost, doubled, breaches } = await judge(home.dataDir, history, { continues: true });
    tally.lost += lost;
    tally.doubled += doubled;
    tally.acknowledged += history.acknowledged;
    tally.breaches.push(...breaches, ...conversation.breaches());
  } finally {
    await list.close();
    await conversation.close();
  }
  return ways;

  async function makeRound(): Promise<Record<keyof Ways, number>> {
    const outcome = await conversation.send(orderWords(words, tally.rounds + 1), { reader: 1 });
    if (outcome.state !== 'stored') throw new Error(`a message is ${outcome.state}`);
    const { turnId } = outcome;
    const sentMs = performance.now();
    await conversation.until('the running turn', turnId, ({ state }) => state === 'running');
    const runningMs = performance.now();
    await conversation.until('its text', turnId, ({ running }) => (running?.text ?? '') !== '');
    const shownMs = performance.now();
    const asked = home.model.requests.at(-1);
    await conversation.stop(turnId, 1);
    const stoppedMs = performance.now();
    await conversation.until('the stop', turnId, ({ state }) => state === 'cancelled');
    await waitFor('the model let go', () => asked?.aborted ?? false);
    const overMs = performance.now();
    const title = `Session ${randomUUID()}`;
    await openSession(asking, { title });
    const madeMs = performance.now();
    await list.until('the new session', ({ frames }) =>
      frames.some(({ event, data }) => event === 'row' && adminSessionRow.parse(data).title === title),
    );
    return {
      'from a message to its running turn': runningMs - sentMs,
      'from there to its text': shownMs - runningMs,
      'a stop': overMs - stoppedMs,
      'a new session in the list': performance.now() - madeMs,
    };
  }
}

function measuresOf(where: string, ways: Ways, atMost: number) {
  return Object.entries(ways).map(([way, values]) => ({
    what: `${where}: ${way}, p95`,
    value: quantile(values, 0.95),
    unit: 'ms',
    atMost,
  }));
}
