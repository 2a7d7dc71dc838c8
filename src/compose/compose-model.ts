import type { Config } from '../config.ts';
import type { Embedder } from '../models/embedder.ts';
import { extractiveModel } from '../models/extractive.ts';
import { miniLmId } from '../models/minilm/minilm-id.ts';
import type { Model } from '../models/model.ts';

export type Models = {
  /** What answers where an agent names no model. */
  standard: Model;
  /** The model of a name at the endpoint; the standard one where no endpoint is set. */
  named(name: string): Model;
  takesNames: boolean;
};

/** The language model that is set, else one that answers with what the documents say. */
export async function composeModels(
  { model, limits, test, embedder: set }: Pick<Config, 'model' | 'limits' | 'test' | 'embedder'>,
  /** That is open. */
  embedder: () => Embedder | undefined,
): Promise<Models> {
  if (!model) {
    const standard = extractiveModel({
      embedder: () => asCalibrated(embedder()),
      isByWordsAlone: set.kind !== 'built_in',
    });
    return { standard, named: () => standard, takesNames: false };
  }
  // 22 MB and 0.2 s, only where a language model is configured.
  const { openAiCompatibleModel } = await import('../models/chat-completions.ts');
  const { baseUrl, apiKey, name, continuesText } = model;
  const named = (modelName: string) =>
    openAiCompatibleModel({
      baseUrl,
      model: modelName,
      continuesText,
      ...(apiKey !== undefined && { apiKey }),
      timeouts: {
        firstByteMs: limits.modelFirstByteMs / test.modelHurry,
        idleMs: limits.modelIdleMs / test.modelHurry,
        pieceMs: limits.modelPieceMs / test.modelHurry,
        answerMs: limits.modelAnswerMs / test.modelHurry,
      },
    });
  return { standard: named(name), named, takesNames: true };
}

/** The quotes' thresholds were measured on the built-in model's cosines (docs/decisions/0033); those of another mean something else. */
function asCalibrated(embedder: Embedder | undefined): Embedder | undefined {
  return embedder?.id === miniLmId ? embedder : undefined;
}
