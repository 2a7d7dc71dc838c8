import { parentPort, workerData } from 'node:worker_threads';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { miniLm } from './bert-graph.ts';
import { miniLmModelPath, readMiniLmTokenizer } from './build-onnx.ts';
import { prepareMiniLmModel } from './prepare-model.ts';
import { miniLmMaxTokens, type WorkerAnswer, type WorkerOptions, type WorkerRequest } from './worker-messages.ts';

const port = parentPort;
if (port === null) throw new Error('embedder.worker.ts runs as a worker thread only.');
const options: WorkerOptions = workerData;
await prepareMiniLmModel(options.modelsDir);
const tokenizer = new Tokenizer(await readMiniLmTokenizer(), { tokenizer_class: 'BertTokenizer' });
const session = await InferenceSession.create(miniLmModelPath(options.modelsDir), {
  intraOpNumThreads: options.threads,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  // Requests hold about one passage each, so the arena stays small; without it the process's heap grew by twice as much.
  enableCpuMemArena: true,
  enableMemPattern: false,
  // Spinning threads would hold a core between the batches of an import, which turns and requests need.
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});

port.on('message', (request: WorkerRequest) => {
  void answer(request);
});
port.postMessage({ type: 'ready' } satisfies WorkerAnswer);

async function answer(request: WorkerRequest): Promise<void> {
  if (request.type === 'close') {
    await session.release();
    port?.close();
    return;
  }
  const { id } = request;
  try {
    if (request.type === 'count') {
      const counts = request.texts.map((text) => tokenizer.encode(text).ids.length);
      reply({ type: 'counted', id, counts });
    } else {
      const vectors = await embed(request.texts);
      reply({ type: 'embedded', id, vectors }, [vectors.buffer]);
    }
  } catch (error) {
    reply({ type: 'failed', id, message: error instanceof Error ? error.message : String(error) });
  }
}

function reply(message: WorkerAnswer, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

/** Vectors one after another, `miniLm.dimensions` numbers each. */
async function embed(texts: string[]): Promise<Float32Array<ArrayBuffer>> {
  const encoded = texts.map(encode);
  const length = Math.max(...encoded.map((ids) => ids.length));
  const ids = new BigInt64Array(texts.length * length);
  const mask = new BigInt64Array(texts.length * length);
  for (const [row, tokens] of encoded.entries()) {
    for (const [column, token] of tokens.entries()) {
      ids[row * length + column] = BigInt(token);
      mask[row * length + column] = 1n;
    }
  }
  const shape = [texts.length, length];
  const result = await session.run({
    input_ids: new Tensor('int64', ids, shape),
    attention_mask: new Tensor('int64', mask, shape),
  });
  const data = result['sentence_embedding']?.data;
  if (!(data instanceof Float32Array) || data.length !== texts.length * miniLm.dimensions) {
    throw new Error('The embedding model answered in an unexpected shape.');
  }
  return Float32Array.from(data);
}

/** Token ids with [CLS] and [SEP], cut to what the model reads. */
function encode(text: string): number[] {
  const { ids } = tokenizer.encode(text);
  return ids.length <= miniLmMaxTokens ? ids : [...ids.slice(0, miniLmMaxTokens - 1), ids.at(-1) ?? 0];
}
