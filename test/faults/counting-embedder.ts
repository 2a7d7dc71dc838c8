import { appendFileSync } from 'node:fs';
import { openMiniLmEmbedder as openReal } from '../../src/models/minilm/open-minilm-embedder.ts';

/** The real embedder, its model in the folder EMBEDDER_MODELS; each text of a batch is a line of the file EMBEDDED_TEXTS once it is embedded. */
export const openMiniLmEmbedder: typeof openReal = async (options) => {
  const { EMBEDDER_MODELS = '', EMBEDDED_TEXTS = '' } = process.env;
  const embedder = await openReal({ ...options, modelsDir: EMBEDDER_MODELS });
  return {
    ...embedder,
    async embed(texts, request) {
      const vectors = await embedder.embed(texts, request);
      const lines = texts.map((text) => `${JSON.stringify(text)}\n`);
      if (request?.priority === 'batch') appendFileSync(EMBEDDED_TEXTS, lines.join(''));
      return vectors;
    },
  };
};
