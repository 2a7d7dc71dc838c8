import type { Tokenizer } from '@huggingface/tokenizers';
import type { Tokens } from './run-tokens.ts';

/** A text with its marks, cut to what the model reads: the last mark stays. */
export function encodeText(tokenizer: Tokenizer, text: string, maxTokens: number): Tokens {
  const { ids } = tokenizer.encode(text);
  return { ids: ids.length <= maxTokens ? ids : [...ids.slice(0, maxTokens - 1), ids.at(-1) ?? 0] };
}

/** A question and a passage as one input; of one that is too long the passage's end is cut. */
export function encodePair(tokenizer: Tokenizer, query: string, passage: string, maxTokens: number): Tokens {
  const { ids, token_type_ids: types } = tokenizer.encode(query, { text_pair: passage, return_token_type_ids: true });
  if (ids.length <= maxTokens) return { ids, types };
  const cut = <Value>(values: Value[]) => [...values.slice(0, maxTokens - 1), ...values.slice(-1)];
  return { ids: cut(ids), types: cut(types) };
}
