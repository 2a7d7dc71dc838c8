/** What each check promises, in the order of the report. Numbers are those of docs/durability.md. */
export const checkTitles = {
  file: 'the file is whole: pages, references, tables and indexes',
  I1: 'every accepted message is stored exactly once',
  I2: 'the log of a session is 1 to n and readable',
  I3: 'shown text is part of the log, letter for letter',
  I4: 'a turn has at most one answer and a lawful course',
  I5: 'no work is left that nobody will continue',
  I6: 'no event stands under an older fence',
  I7: 'nothing reaches a user but by membership or grant, and sources are what is cited',
  I8: 'counters equal counts, the audit chain holds',
  blobs: 'large payloads are whole',
} as const;

export type CheckId = keyof typeof checkTitles;

export type CheckResult = {
  id: CheckId;
  title: string;
  ok: boolean;
  /** How much was looked at, by what it is. */
  looked: Record<string, number>;
  /** How many breaches there are. */
  violations: number;
  /** The first of them: ids and numbers, never text that people or models wrote. */
  examples: string[];
  /** What a reader should know that is no breach. */
  notes: string[];
};

const maxExamples = 10;

/** Collects what one check sees and finds. */
export class Check {
  readonly id: CheckId;
  readonly #looked = new Map<string, number>();
  readonly #examples: string[] = [];
  readonly #notes: string[] = [];
  #violations = 0;

  constructor(id: CheckId) {
    this.id = id;
  }

  see(what: string, count = 1): void {
    this.#looked.set(what, (this.#looked.get(what) ?? 0) + count);
  }

  breach(example: string): void {
    this.#violations += 1;
    if (this.#examples.length < maxExamples) this.#examples.push(example);
  }

  /** Breaches counted elsewhere, with the first of them. */
  breaches(count: number, examples: readonly string[]): void {
    this.#violations += count;
    this.#examples.push(...examples.slice(0, maxExamples - this.#examples.length));
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  result(): CheckResult {
    return {
      id: this.id,
      title: checkTitles[this.id],
      ok: this.#violations === 0,
      looked: Object.fromEntries(this.#looked),
      violations: this.#violations,
      examples: [...this.#examples],
      notes: [...this.#notes],
    };
  }
}

export type Checks = Record<CheckId, Check>;

export function newChecks(): Checks {
  return Object.fromEntries(Object.keys(checkTitles).map((id) => [id, new Check(id as CheckId)])) as Checks;
}
