/** A number that an attack measured, beside what it must not pass. */
export type Measure = { what: string; value: number; unit: string; atMost?: number };

/** What an attack did and what it found: one row of the table. */
export type Tally = {
  /** Times the attack was made. */
  rounds: number;
  /** Faults that were injected: kills, cuts, refused writes, whatever the attack is made of. */
  faults: number;
  /** Messages the server answered with 2xx; of generated requests, all of them. */
  acknowledged: number;
  /** Acknowledged messages that are not stored, and shown characters that are gone. */
  lost: number;
  /** Messages and events that are there twice. */
  doubled: number;
  measures: Measure[];
  /** A sentence for each thing that did not hold. */
  breaches: string[];
};

export type AttackOptions = {
  rounds: number;
  /** Draws every choice of the attack; printed, so that a run can be made again. */
  seed: number;
  /** Told what goes on, a line at a time. */
  say(line: string): void;
};

/** One way to hurt a server, and what must hold while it is done. */
export type Attack = {
  /** What `npm run faults -- NAME` calls it. */
  name: string;
  /** Its number in docs/durability.md, or in docs/security.md. */
  id: string;
  title: string;
  /** How often it is made by `npm test` and by `npm run faults`. */
  rounds: { fast: number; whole: number };
  /** Why it cannot be made on this machine; undefined where it can. */
  obstacle?(): string | undefined;
  run(options: AttackOptions): Promise<Tally>;
};

export function newTally(): Tally {
  return { rounds: 0, faults: 0, acknowledged: 0, lost: 0, doubled: 0, measures: [], breaches: [] };
}

/** An attack that injected nothing shows nothing, so it has not held.
 *  @param slack  how many times a bound of time may be passed, where the machine does other work beside the attack */
export function hasHeld(tally: Tally, slack = 1): boolean {
  const { rounds, faults, lost, doubled, breaches, measures } = tally;
  const within = measures.every(({ value, unit, atMost }) => {
    return atMost === undefined || value <= atMost * (unit === 'ms' ? slack : 1);
  });
  return rounds > 0 && faults > 0 && lost === 0 && doubled === 0 && breaches.length === 0 && within;
}
