import { expect, test } from 'vitest';
import { type Attack, hasHeld } from './attack.ts';
import { describeTally } from './table.ts';

/** Seconds that a fast part may take on a machine that others load. */
const patienceMs = 480_000;

/** Makes an attack's fast part a test. The seed is drawn anew each time and printed; FAULTS_SEED makes a run again. */
export function testAttack(attack: Attack): void {
  const { name, id, title, rounds } = attack;
  test(`${id} ${title}`, { timeout: patienceMs }, async () => {
    const seed = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000);
    const tally = await attack.run({ rounds: rounds.fast, seed, say: () => undefined });
    console.info(describeTally({ name, id, seed, tally }));
    expect({ seed, held: hasHeld(tally), ...tally }).toEqual({
      seed,
      ...tally,
      held: true,
      lost: 0,
      doubled: 0,
      breaches: [],
    });
  });
}
