import type { commands } from '../../../src/store/commands/index.ts';
import { EndedEarlyError } from '../../server-process.ts';
import { waitFor } from '../../wait-for.ts';
import { answerOrders, orderWords } from '../answers.ts';
import { type Attack, newTally } from '../attack.ts';
import { BehindNginx, noBehindNginx } from '../behind-nginx.ts';
import { BusyConversations } from '../busy-conversations.ts';
import { Conversation } from '../conversation.ts';
import { History } from '../history.ts';
import { judge } from '../judge.ts';
import { createRandom } from '../random.ts';

/** F2 at its named points, on PostgreSQL: one of three servers behind nginx kills itself right before or right after the commit of a command that the
 *  course of a turn is made of. Before it the command is undone by the database, after it its caller is never told. */
export const nginxKillPoints: Attack = {
  name: 'nginx-kill-points',
  id: 'F2',
  title: 'kill -9 before and after the commit of each command of a turn, in one of three servers behind nginx',
  rounds: { fast: 3, whole: 60 },
  obstacle: noBehindNginx,
  async run({ rounds, seed, say }) {
    const tally = newTally();
    const random = createRandom(seed);
    const history = new History();
    await using world = await BehindNginx.start(count);
    const { instances } = world;
    answerOrders(instances.model, { pieceDelayMs, continues: true });
    const person = await instances.person();
    let orders = 0;
    const talks = new BusyConversations(() => orderWords(words, (orders += 1)));
    const client = () => world.client(person);
    for (let i = 0; i < sessions; i++)
      talks.add(await Conversation.open({ person, history, clients: [client, client] }));
    const first = random.between(0, points.length - 1);
    for (let round = 1; round <= rounds; round++) {
      await talks.untilFresh(1);
      const index = random.between(0, count - 1);
      const point = `${points[(first + round) % points.length]}:${random.between(1, 3)}`;
      await instances.at(index).kill();
      // It may reach the point before it listens.
      await instances.start(index, { PERDURE_TEST_KILL_AT: point }).catch(unlessKilled);
      await waitFor(`the point ${point}`, () => !instances.at(index).isAlive);
      const { signal } = await instances.at(index).exited;
      if (signal !== 'SIGKILL') tally.breaches.push(`a server that was to be killed at ${point} ended by itself`);
      await instances.start(index);
      tally.faults += 1;
      tally.rounds += 1;
      const { lost, doubled, breaches } = await judge(instances.judged, history, { continues: true });
      tally.lost += lost;
      tally.doubled += doubled;
      tally.breaches.push(...breaches.map((breach) => `${point}: ${breach}`));
      say(point);
    }
    tally.breaches.push(...(await talks.end()));
    await talks.close();
    tally.acknowledged = history.acknowledged;
    const { lost, doubled, breaches } = await judge(instances.judged, history, { continues: true });
    tally.lost += lost;
    tally.doubled += doubled;
    tally.breaches.push(...breaches);
    return tally;
  },
};

const count = 3;
const sessions = 8;
const pieceDelayMs = 15;
const words = 20;

/** What every turn leads to, at any server. */
const names: readonly (keyof typeof commands)[] = ['acceptTurn', 'claimTurn', 'flushJournal', 'appendTurnEvents'];
const points = names.flatMap((name) => [`before:${name}`, `after:${name}`]);

function unlessKilled(error: unknown): void {
  if (!(error instanceof EndedEarlyError && error.exit.signal === 'SIGKILL')) throw error;
}
