import { parentPort, workerData } from 'node:worker_threads';
import { Tokenizer } from '@huggingface/tokenizers';
import { encodeText } from '../onnx/encode.ts';
import { openSession } from '../onnx/open-session.ts';
import { runTokens } from '../onnx/run-tokens.ts';
import { serveTextModel } from '../onnx/serve-text-model.ts';
import { miniLm } from './bert-graph.ts';
import { miniLmModelPath, readMiniLmTokenizer } from './build-onnx.ts';
import { miniLmId } from './minilm-id.ts';
import type { MiniLmOptions } from './open-minilm-embedder.ts';
import { prepareMiniLmModel } from './prepare-model.ts';

/** The longest input of all-MiniLM-L6-v2 as it was trained, [CLS] and [SEP] included. */
const maxTokens = 256;

const port = parentPort;
if (port === null) throw new Error('embedder.worker.ts runs as a worker thread only.');
const options: Required<MiniLmOptions> = workerData;
await prepareMiniLmModel(options.modelsDir);
const tokenizer = new Tokenizer(await readMiniLmTokenizer(), { tokenizer_class: 'BertTokenizer' });
const session = await openSession(miniLmModelPath(options.modelsDir), options.threads);

serveTextModel(port, {
  facts: { hash: miniLmId, dimensions: miniLm.dimensions, maxTokens, queryPrefix: '', passagePrefix: '' },
  count: (text) => tokenizer.encode(text).ids.length,
  embed,
  release: () => session.release(),
});

/** Pooled and of length 1 by the graph itself. */
async function embed(texts: string[]): Promise<Float32Array<ArrayBuffer>> {
  const inputs = texts.map((text) => encodeText(tokenizer, text, maxTokens));
  const { outputs } = await runTokens(session, inputs);
  const data = outputs['sentence_embedding']?.data;
  if (!(data instanceof Float32Array) || data.length !== texts.length * miniLm.dimensions) {
    throw new Error('The embedding model answered in an unexpected shape.');
  }
  return Float32Array.from(data);
}
