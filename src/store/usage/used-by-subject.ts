import { DifferentPeople, type MonthSums, unpackNumbers } from './month-sums.ts';

type Tokens = { model: string; input_tokens: number; output_tokens: number };
type Latency = { measure: 'first_text' | 'answer'; bucket: number; turns: number };

/** Adds up what one subject used in months and on days. */
export class UsedBySubject {
  readonly #tokens = new Map<string, Tokens>();
  readonly #latencies = new Map<string, Latency>();
  readonly #people = new DifferentPeople();

  get tokens(): Tokens[] {
    return [...this.#tokens.values()];
  }

  get latencies(): Latency[] {
    return [...this.#latencies.values()];
  }

  get people(): number {
    return this.#people.count;
  }

  addMonth({ tokens, latencies, people }: MonthSums): void {
    for (const [model, input, output] of tokens) this.addTokens(model, input, output);
    for (const [measure, bucket, turns] of latencies) this.addLatency(measure, bucket, turns);
    unpackNumbers(people, this.#people.add);
  }

  addTokens(model: string, input: number, output: number): void {
    const before = this.#tokens.get(model);
    this.#tokens.set(model, {
      model,
      input_tokens: (before?.input_tokens ?? 0) + input,
      output_tokens: (before?.output_tokens ?? 0) + output,
    });
  }

  addLatency(measure: Latency['measure'], bucket: number, turns: number): void {
    const key = `${measure} ${bucket}`;
    this.#latencies.set(key, { measure, bucket, turns: (this.#latencies.get(key)?.turns ?? 0) + turns });
  }

  /** @param people  numbers with a `#` before them, or ids of those who have none */
  addPeople(people: readonly string[]): void {
    for (const each of people) {
      if (each.startsWith('#')) this.#people.add(Number(each.slice(1)));
      else this.#people.addId(each);
    }
  }
}
