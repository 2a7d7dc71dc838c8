import { basename, join } from 'node:path';
import type { Config, EmbedderSettings } from '../config.ts';
import type { EmbedderSource, ReopenEmbedder } from '../knowledge/embedding/serving-embedder.ts';
import type { Embedder } from '../models/embedder.ts';
import { openEndpointReranker } from '../models/endpoint/endpoint-reranker.ts';
import { openEndpointEmbedder } from '../models/endpoint/endpoint-embedder.ts';
import { openMiniLmEmbedder } from '../models/minilm/open-minilm-embedder.ts';
import { openFolderEmbedder, openFolderReranker } from '../models/onnx/open-folder.ts';
import type { Reranker } from '../models/reranker.ts';
import { z } from 'zod';

export type ComposedEmbedder = {
  openEmbedder: () => Promise<Embedder>;
  embedderSource: EmbedderSource;
  reopenEmbedder: ReopenEmbedder;
};

/** The embedder that is set, and how one that was set before is opened again. */
export function composeEmbedder({ embedder, dataDir }: Pick<Config, 'embedder' | 'dataDir'>): ComposedEmbedder {
  const modelsDir = join(dataDir, 'models');
  return {
    openEmbedder: () => open(embedder, modelsDir),
    embedderSource: { name: nameOf(embedder), recipe: recipeOf(embedder) },
    reopenEmbedder(recipe) {
      const settings = settingsOf(recipe, embedder);
      return settings && (() => open(settings, modelsDir));
    },
  };
}

function open(settings: EmbedderSettings, modelsDir: string): Promise<Embedder> {
  switch (settings.kind) {
    case 'built_in':
      return openMiniLmEmbedder({ modelsDir });
    case 'endpoint':
      return openEndpointEmbedder(settings);
    case 'folder': {
      const { folder, queryPrefix: query, passagePrefix: passage } = settings;
      const prefixes = { ...(query !== undefined && { query }), ...(passage !== undefined && { passage }) };
      return openFolderEmbedder({ folder, prefixes });
    }
  }
}

/** Read by everybody, also without a sign-in: it tells no address. */
function nameOf(settings: EmbedderSettings): string {
  switch (settings.kind) {
    case 'built_in':
      return 'all-MiniLM-L6-v2 (built in)';
    case 'endpoint':
      return `${settings.model} (endpoint)`;
    case 'folder':
      return `${basename(settings.folder)} (folder)`;
  }
}

/** All but the key: who reads the store must not have it. */
function recipeOf(settings: EmbedderSettings): EmbedderSource['recipe'] {
  if (settings.kind !== 'endpoint') return settings;
  const { apiKey: _key, textsAtOnce: _texts, ...recipe } = settings;
  return recipe;
}

const recipes = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('built_in') }),
  z.object({
    kind: z.literal('endpoint'),
    url: z.string(),
    model: z.string(),
    dimensions: z.number().optional(),
    queryPrefix: z.string(),
    passagePrefix: z.string(),
  }),
  z.object({
    kind: z.literal('folder'),
    folder: z.string(),
    queryPrefix: z.string().optional(),
    passagePrefix: z.string().optional(),
  }),
]);

/** An endpoint is given the key of the one that is set now only where both are one server: a key must not go anywhere else. */
function settingsOf(recipe: EmbedderSource['recipe'], now: EmbedderSettings): EmbedderSettings | undefined {
  const parsed = recipes.safeParse(recipe).data;
  if (!parsed || parsed.kind === 'built_in') return parsed;
  if (parsed.kind === 'folder') {
    return { ...parsed, queryPrefix: parsed.queryPrefix, passagePrefix: parsed.passagePrefix };
  }
  const isSameServer = now.kind === 'endpoint' && new URL(now.url).origin === new URL(parsed.url).origin;
  return {
    ...parsed,
    dimensions: parsed.dimensions,
    apiKey: isSameServer ? now.apiKey : undefined,
    textsAtOnce: now.kind === 'endpoint' ? now.textsAtOnce : 32,
  };
}

/** What puts the best passages in order; undefined where none is set. */
export function composeReranker({
  reranker,
}: Pick<Config, 'reranker'>): { name: string; open: () => Promise<Reranker> } | undefined {
  if (!reranker) return undefined;
  if (reranker.kind === 'folder') {
    const { folder } = reranker;
    return { name: `${basename(folder)} (folder)`, open: () => openFolderReranker({ folder }) };
  }
  return {
    name: `${reranker.model ?? 'The model'} (endpoint)`,
    open: () => openEndpointReranker(reranker),
  };
}
