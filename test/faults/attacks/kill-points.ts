import { type Attack, newTally } from '../attack.ts';
import { createRandom, type Random } from '../random.ts';
import { type CommandName, ways } from '../ways/index.ts';
import { killFirstStart } from '../ways/kill-first-start.ts';
import { type KillPoint, nameOf } from '../ways/kill-point.ts';
import { KilledWorld } from '../ways/killed-world.ts';

const names = Object.keys(ways) as CommandName[];
const points: readonly KillPoint[] = names.flatMap((name) => [
  { moment: 'before', name },
  { moment: 'after', name },
]);

/** F2 at its named points: for every command of the store, the process that runs it is killed once before and once after its commit. Before
 *  it the command has not happened, after it it has, whatever the caller was told; done again, both come to the same end. */
export const killPoints: Attack = {
  name: 'kill-points',
  id: 'F2',
  title: 'kill -9 before and after the commit of every store command',
  rounds: { fast: 6, whole: points.length },
  async run({ rounds, seed, say }) {
    const tally = newTally();
    const drawn = drawPoints(createRandom(seed), rounds);
    const firstStarts = drawn.filter(({ name }) => ways[name].place === 'first start');
    const inWorlds = drawn.filter(({ name }) => ways[name].place !== 'first start');
    for (const point of firstStarts) {
      say(nameOf(point));
      tally.rounds += 1;
      await killFirstStart(point, tally);
    }
    while (inWorlds.length > 0) {
      await using world = await KilledWorld.begin();
      for (const point of inWorlds.slice(0, pointsInWorld)) {
        say(nameOf(point));
        inWorlds.shift();
        tally.rounds += 1;
        if (!(await world.killAt(point, tally))) break;
      }
      await world.end(tally);
    }
    return tally;
  },
};

/** A data directory is used for so many points, so that checking all of it after each stays quick. */
const pointsInWorld = 24;

/** All of them in an order of the seed; each comes again only after every other. */
function drawPoints(random: Random, count: number): KillPoint[] {
  const drawn: KillPoint[] = [];
  while (drawn.length < count) drawn.push(...shuffled(random, points));
  return drawn.slice(0, count);
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: random.unit() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
