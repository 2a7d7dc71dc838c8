import { z } from 'zod';
import { FolderFault } from './folder-fault.ts';
import type { Pooling } from './pool.ts';

export type Prefixes = { query: string; passage: string };

/** What the files beside a model say of its use. */
export type FolderSettings = { maxTokens: number; pooling: Pooling; queryPrefix: string; passagePrefix: string };

/** The parsed files; each is undefined where the folder has none. */
export type FolderFiles = {
  modules: object | undefined;
  readings: Record<'tokenizer' | 'transformer' | 'sentenceBert' | 'sentenceTransformers', object | undefined>;
  /** Of the module that pools. */
  pooling: object | undefined;
  prefixes: Partial<Prefixes>;
};

/** What a model reads where no file says it, and what it reads at most: passages have about 250 tokens. */
const usualTokens = 512;
const mostTokens = 2_048;

const length = z.object({
  max_seq_length: z.number().int().positive().optional().catch(undefined),
  model_max_length: z.number().positive().optional().catch(undefined),
  max_position_embeddings: z.number().int().positive().optional().catch(undefined),
});
const prompts = z.object({
  prompts: z.record(z.string(), z.string()).default({}).catch({}),
  default_prompt_name: z.string().nullish().catch(undefined),
});
const modules = z.array(z.object({ type: z.string() })).catch([]);

/** Reads the settings of sentence-transformers, as far as they are there. Pure.
 *  @throws FolderFault for what this server does not do: its vectors would be wrong */
export function folderSettings({ modules: listed, readings, pooling, prefixes }: FolderFiles): FolderSettings {
  refuseOtherModules(listed);
  const named = prompts.parse(readings.sentenceTransformers ?? {});
  const usual = named.prompts[named.default_prompt_name ?? ''] ?? '';
  return {
    maxTokens: maxTokensOf(readings),
    pooling: poolingOf(pooling),
    queryPrefix: prefixes.query ?? named.prompts['query'] ?? usual,
    passagePrefix: prefixes.passage ?? named.prompts['passage'] ?? named.prompts['document'] ?? usual,
  };
}

/** Vectors are made of length 1 in any case, for search goes by their angle. */
const knownModules = /\.(?:Transformer|Pooling|Normalize)$/;

function refuseOtherModules(listed: object | undefined): void {
  const other = modules.parse(listed ?? []).find(({ type }) => !knownModules.test(type));
  if (!other) return;
  const name = other.type.split('.').at(-1) ?? '';
  throw new FolderFault(`its modules.json names the module ${name.slice(0, 40)}, which this version does not run.`);
}

function maxTokensOf({ tokenizer, transformer, sentenceBert }: FolderFiles['readings']): number {
  const told = [sentenceBert, tokenizer, transformer].map((file) => length.parse(file ?? {}));
  const all = told.flatMap(({ max_seq_length, model_max_length, max_position_embeddings }) =>
    [max_seq_length, model_max_length, max_position_embeddings].filter((each) => each !== undefined),
  );
  // A tokenizer without a length says 10^30.
  return Math.min(mostTokens, ...(all.some((each) => each <= mostTokens) ? all : [usualTokens]));
}

const modes: Readonly<Record<string, Pooling>> = {
  pooling_mode_cls_token: 'cls',
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_max_tokens: 'max',
  pooling_mode_mean_sqrt_len_tokens: 'mean_sqrt_len',
  pooling_mode_weightedmean_tokens: 'weightedmean',
  pooling_mode_lasttoken: 'lasttoken',
};

function poolingOf(file: object | undefined): Pooling {
  if (!file) return 'mean';
  const on = Object.entries(file).flatMap(([name, value]) =>
    name.startsWith('pooling_mode_') && value === true ? [name] : [],
  );
  const [only, ...others] = on.map((name) => modes[name]);
  if (on.length === 0) return 'mean';
  if (only === undefined || others.length > 0) {
    throw new FolderFault('its way of pooling is one that this version does not know.');
  }
  return only;
}
