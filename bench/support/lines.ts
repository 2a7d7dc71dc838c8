/** One line of a benchmark: a value beside its limit or its peer. `ratio` is value to limit, or to the peer, as `ratioOf` says. */
export type BenchLine = {
  bench: string;
  what: string;
  value: number;
  unit: string;
  limit?: number;
  peer?: string;
  peer_value?: number;
  ratio?: number;
  target?: string;
  met?: boolean;
};

export function print(line: BenchLine): void {
  console.log(JSON.stringify({ ...line, value: round(line.value) }));
}

/** A line with the most a value may be. */
export function printLimited(line: Omit<BenchLine, 'ratio' | 'met'> & { limit: number }): void {
  print({ ...line, ratio: round(line.value / line.limit), met: line.value <= line.limit });
}

/** The value below which `share` of the values lie; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

export function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
