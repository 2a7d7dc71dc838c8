import * as fc from 'fast-check';
import { quantile } from '../../../bench/support/lines.ts';
import { type Attack, newTally, type Tally } from '../attack.ts';
import { judge } from '../judge.ts';
import { commandsOf } from '../model/commands.ts';
import { Run } from '../model/run.ts';
import { World } from '../model/world.ts';
import { createRandom, type Random } from '../random.ts';

/** F1: drawn runs of what people and the machine may do, against a model of what a session must look like. The whole product runs in
 *  this process, by `compose` over the real store, and is spoken to over HTTP; a counterexample is shrunk. */
export const model: Attack = {
  name: 'model',
  id: 'F1',
  title: 'drawn runs against a model of what a session must look like',
  rounds: { fast: 300, whole: 20_000 },
  async run({ rounds, seed, say }) {
    const random = createRandom(seed);
    const tally = newTally();
    const done = new Map<string, number>();
    const takenOverMs: number[] = [];
    for (let directory = 1; tally.rounds < rounds && tally.breaches.length === 0; directory++) {
      await liveOneDirectory(random, Math.min(runsInDirectory, rounds - tally.rounds), tally, done, takenOverMs);
      say(
        `data directory ${directory}: ${tally.rounds} runs, ${tally.faults} kills, ${tally.breaches.length} breaches`,
      );
    }
    say(
      `${takenOverMs.length} servers were killed; ${[...done].map(([name, times]) => `${name} ${times}`).join(', ')}`,
    );
    if (tally.rounds >= runsThatShowAll) {
      const missing = [...done].filter(([, times]) => times === 0).map(([name]) => name);
      tally.breaches.push(...missing.map((name) => `not one run came to ${name}`));
    }
    const what = 'from the listening line until every turn of a killed server was taken over, p95';
    tally.measures.push({ what, value: quantile(takenOverMs, 0.95), unit: 'ms', atMost: 3_000 });
    return tally;
  },
};

/** Their latency is what a run takes, so many of them share the processor. */
const lanes = 20;
/** So many runs draw every command, by far. */
const runsThatShowAll = 300;
/** A data directory is used for so many runs, so that checking all of it at its end stays quick. */
const runsInDirectory = 500;

/** Lanes of runs on one data directory; what its store and its readers say is judged at the end. */
async function liveOneDirectory(
  random: Random,
  runs: number,
  tally: Tally,
  done: Map<string, number>,
  takenOverMs: number[],
): Promise<void> {
  const continues = random.unit() < 0.5;
  await using world = await World.open({ continues });
  const shares = Array.from({ length: lanes }, (_each, lane) => Math.floor((runs + lane) / lanes));
  for (let lane = 0; lane < lanes; lane++) world.enter();
  const reports = await Promise.all(
    shares.map(async (share) => {
      const report = await liveOneLane(world, share, random.between(1, 2 ** 31 - 1), done);
      world.leave();
      return report;
    }),
  );
  const { lost, doubled, breaches } = await judge(world.dataDir, world.history, { continues });
  tally.rounds += runs;
  tally.faults += world.crashes;
  tally.acknowledged += world.history.acknowledged;
  tally.lost += lost;
  tally.doubled += doubled;
  tally.breaches.push(...reports.filter((report) => report !== undefined), ...breaches);
  takenOverMs.push(...world.takenOverMs);
}

/** Some runs, one after the other.
 *  @returns the shrunk counterexample, if there is one */
async function liveOneLane(
  world: World,
  runs: number,
  seed: number,
  done: Map<string, number>,
): Promise<string | undefined> {
  if (runs === 0) return undefined;
  let failedMs = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(commandsOf(done), async (commands) => {
    // What is not shrunk by then is readable enough: a counterexample of a whole machine takes its time.
    if (performance.now() > failedMs + shrinkForMs) return;
    const run = await Run.begin(world);
    try {
      await fc.asyncModelRun(() => ({ model: run.expected, real: run }), commands);
      await run.end();
    } catch (error) {
      failedMs = Math.min(failedMs, performance.now());
      throw error;
    } finally {
      await run.close();
    }
  });
  const details = await fc.check(property, { seed, numRuns: runs, includeErrorInReport: true });
  return details.failed ? (fc.defaultReportMessage(details) ?? 'failed') : undefined;
}

const shrinkForMs = 60_000;
