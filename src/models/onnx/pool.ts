/** How a vector of a text comes of those of its tokens, as sentence-transformers names it. */
export const poolings = ['cls', 'mean', 'max', 'mean_sqrt_len', 'weightedmean', 'lasttoken'] as const;
export type Pooling = (typeof poolings)[number];

/** A model's answer, `dimensions` numbers a token, row after row. */
export type TokenVectors = {
  values: Float32Array;
  mask: BigInt64Array;
  rows: number;
  length: number;
  dimensions: number;
};

/** One vector of length 1 a row, one after another. Pure.
 *  @see https://www.sbert.net/docs/package_reference/sentence_transformer/models.html (Pooling) */
export function pool(tokens: TokenVectors, pooling: Pooling): Float32Array<ArrayBuffer> {
  const { rows, length, dimensions, mask } = tokens;
  const pooled = new Float32Array(rows * dimensions);
  for (let row = 0; row < rows; row++) {
    const columns: number[] = [];
    for (let column = 0; column < length; column++) if (mask[row * length + column] === 1n) columns.push(column);
    for (const [column, weight] of weightsOf(columns, pooling)) {
      for (let i = 0; i < dimensions; i++) {
        const value = tokens.values[(row * length + column) * dimensions + i] ?? 0;
        const at = row * dimensions + i;
        if (pooling === 'max') pooled[at] = column === columns[0] ? value : Math.max(pooled[at] ?? 0, value);
        else pooled[at] = (pooled[at] ?? 0) + weight * value;
      }
    }
  }
  return normalizeRows(pooled, dimensions);
}

/** Which tokens take part and how much; lengths are made 1 afterwards, so weights need not sum to anything. */
function weightsOf(columns: readonly number[], pooling: Pooling): [column: number, weight: number][] {
  if (pooling === 'cls') return columns.slice(0, 1).map((column) => [column, 1]);
  if (pooling === 'lasttoken') return columns.slice(-1).map((column) => [column, 1]);
  return columns.map((column, index) => [column, pooling === 'weightedmean' ? index + 1 : 1]);
}

/** Makes each row's length 1, in place; a row of zeros stays. Pure but for that. */
export function normalizeRows(values: Float32Array<ArrayBuffer>, dimensions: number): Float32Array<ArrayBuffer> {
  for (let from = 0; from < values.length; from += dimensions) {
    const row = values.subarray(from, from + dimensions);
    let sum = 0;
    for (const value of row) sum += value * value;
    const length = Math.sqrt(sum) || 1;
    for (let i = 0; i < dimensions; i++) row[i] = (row[i] ?? 0) / length;
  }
  return values;
}
