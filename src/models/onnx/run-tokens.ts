import { type InferenceSession, Tensor } from 'onnxruntime-node';

/** One input of a model; `types` tells the texts of a pair apart and is all 0 without one. */
export type Tokens = { ids: number[]; types?: number[] | undefined };

/** What a model gave for inputs of unlike length; `mask` is 1 where a row has a token and 0 behind its end. */
export type TokensRun = {
  outputs: InferenceSession.OnnxValueMapType;
  mask: BigInt64Array;
  rows: number;
  length: number;
};

/** Runs inputs as one batch, padded behind their ends. */
export async function runTokens(session: InferenceSession, inputs: readonly Tokens[]): Promise<TokensRun> {
  const rows = inputs.length;
  const length = Math.max(1, ...inputs.map(({ ids }) => ids.length));
  const [ids, mask, types, positions] = [1, 2, 3, 4].map(() => new BigInt64Array(rows * length));
  if (!ids || !mask || !types || !positions) throw new Error('no arrays');
  for (const [row, tokens] of inputs.entries()) {
    for (const [column, token] of tokens.ids.entries()) {
      const at = row * length + column;
      ids[at] = BigInt(token);
      mask[at] = 1n;
      types[at] = BigInt(tokens.types?.[column] ?? 0);
      positions[at] = BigInt(column);
    }
  }
  const known: Record<string, BigInt64Array> = {
    input_ids: ids,
    attention_mask: mask,
    token_type_ids: types,
    position_ids: positions,
  };
  const feeds: Record<string, Tensor> = {};
  for (const name of session.inputNames) {
    const values = known[name];
    if (values) feeds[name] = new Tensor('int64', values, [rows, length]);
  }
  return { outputs: await session.run(feeds), mask, rows, length };
}

/** The names of inputs that `runTokens` fills; a model that wants another cannot run here. */
export const knownInputs: ReadonlySet<string> = new Set([
  'input_ids',
  'attention_mask',
  'token_type_ids',
  'position_ids',
]);
