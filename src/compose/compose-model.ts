import type { Config } from '../config.ts';
import type { Embedder } from '../models/embedder.ts';
import { extractiveModel } from '../models/extractive.ts';
import { miniLmId } from '../models/minilm/minilm-id.ts';
import type { Model } from '../models/model.ts';

/** The language model that is set, else one that answers with what the documents say. */
export async function composeModel(
  { model, limits, test, embedder: set }: Pick<Config, 'model' | 'limits' | 'test' | 'embedder'>,
  /** That is open. */
  embedder: () => Embedder | undefined,
): Promise<Model> {
  if (!model) {
    return extractiveModel({
      embedder: () => asCalibrated(embedder()),
      isByWordsAlone: set.kind !== 'built_in',
    });
  }
  // 22 MB and 0.2 s, only where a language model is configured.
  const { openAiCompatibleModel } = await import('../models/chat-completions.ts');
  const { baseUrl, apiKey, name, continuesText } = model;
  return openAiCompatibleModel({
    baseUrl,
    model: name,
    continuesText,
    ...(apiKey !== undefined && { apiKey }),
    timeouts: {
      firstByteMs: limits.modelFirstByteMs / test.modelHurry,
      idleMs: limits.modelIdleMs / test.modelHurry,
      pieceMs: limits.modelPieceMs / test.modelHurry,
      answerMs: limits.modelAnswerMs / test.modelHurry,
    },
  });
}

/** The quotes' thresholds were measured on the built-in model's cosines (docs/decisions/0033); those of another mean something else. */
function asCalibrated(embedder: Embedder | undefined): Embedder | undefined {
  return embedder?.id === miniLmId ? embedder : undefined;
}
