import { expect, test } from 'vitest';
import { type Attack, hasHeld } from './attack.ts';
import { describeTally } from './table.ts';

/** Seconds that a fast part may take on a machine that others load. */
const patienceMs = 480_000;

const isCi = process.env.CI === 'true' || process.env.CI === '1';

/** Other test files may run beside it on the same cores, so bounds of time are kept to the letter by `npm run faults` alone. */
const slack = 4;

/** Makes an attack's fast part a test. The seed is drawn anew each time and printed; FAULTS_SEED makes a run again. Where the machine does
 *  not allow the attack it is skipped, and said to be; in CI that is a failure. */
export function testAttack(attack: Attack): void {
  const { name, id, title, rounds } = attack;
  const obstacle = attack.obstacle?.();
  if (obstacle !== undefined && !isCi) {
    process.stderr.write(`Skipped: ${id} ${title} (${obstacle})\n`);
    test.skip(`${id} ${title} (skipped: ${obstacle})`);
    return;
  }
  test(`${id} ${title}`, { timeout: patienceMs }, async () => {
    if (obstacle !== undefined) expect.fail(obstacle);
    const seed = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000);
    const tally = await attack.run({ rounds: rounds.fast, seed, say: () => undefined });
    console.info(describeTally({ name, id, seed, tally }, slack));
    expect({ seed, held: hasHeld(tally, slack), ...tally }).toEqual({
      seed,
      ...tally,
      held: true,
      lost: 0,
      doubled: 0,
      breaches: [],
    });
  });
}
