import { parentPort, type MessagePort, workerData } from 'node:worker_threads';
import { Tokenizer } from '@huggingface/tokenizers';
import type { InferenceSession } from 'onnxruntime-node';
import { encodePair, encodeText } from './encode.ts';
import { FolderFault } from './folder-fault.ts';
import { type ModelFolder, readModelFolder } from './model-folder.ts';
import type { FolderWorkerOptions } from './open-folder.ts';
import { openSession } from './open-session.ts';
import { normalizeRows, pool } from './pool.ts';
import { knownInputs, runTokens } from './run-tokens.ts';
import { serveTextModel } from './serve-text-model.ts';
import type { WorkerAnswer } from './worker-messages.ts';

/** Pairs in a request of the model: each is about one passage long. */
const pairsAtOnce = 4;

const port = parentPort;
if (port === null) throw new Error('folder.worker.ts runs as a worker thread only.');
const options: FolderWorkerOptions = workerData;
try {
  await open(port);
} catch (error) {
  if (!(error instanceof FolderFault)) throw error;
  port.postMessage({ type: 'unfit', reason: error.message } satisfies WorkerAnswer);
  port.close();
}

async function open(to: MessagePort): Promise<void> {
  const folder = await readModelFolder(options.folder, options.prefixes);
  const tokenizer = new Tokenizer(folder.tokenizer, folder.tokenizerConfig);
  const session = await openSession(folder.modelPath, options.threads);
  const foreign = session.inputNames.find((name) => !knownInputs.has(name));
  if (foreign !== undefined) throw new FolderFault(`its model wants the input ${foreign.slice(0, 40)}.`);
  const count = (text: string) => tokenizer.encode(text).ids.length;
  const release = () => session.release();
  const { hash, maxTokens, queryPrefix, passagePrefix } = folder;
  const facts = { hash, maxTokens, queryPrefix, passagePrefix };
  if (options.use === 'score') {
    const score = (query: string, documents: string[]) => scorePairs({ session, tokenizer, folder }, query, documents);
    await score('a', ['b']);
    serveTextModel(to, { facts: { ...facts, dimensions: 0 }, count, score, release });
    return;
  }
  const embed = (texts: string[]) => embedTexts({ session, tokenizer, folder }, texts);
  const dimensions = (await embed(['a'])).length;
  serveTextModel(to, { facts: { ...facts, dimensions }, count, embed, release });
}

type Opened = { session: InferenceSession; tokenizer: Tokenizer; folder: ModelFolder };

/** Vectors of length 1, one after another. */
async function embedTexts(
  { session, tokenizer, folder }: Opened,
  texts: readonly string[],
): Promise<Float32Array<ArrayBuffer>> {
  const run = await runTokens(
    session,
    texts.map((text) => encodeText(tokenizer, text, folder.maxTokens)),
  );
  const pooled = run.outputs['sentence_embedding'];
  if (pooled?.dims.length === 2) {
    return normalizeRows(Float32Array.from(floats(pooled.data)), pooled.dims[1] ?? 1);
  }
  const { last_hidden_state, token_embeddings, ...others } = run.outputs;
  const output = last_hidden_state ?? token_embeddings ?? Object.values(others)[0];
  const [rows, length, dimensions] = output?.dims ?? [];
  if (!output || rows !== run.rows || length !== run.length || dimensions === undefined) {
    throw new FolderFault('its model gives no vectors of tokens.');
  }
  return pool({ ...run, dimensions, values: floats(output.data) }, folder.pooling);
}

/** How well each document answers the question, 0 to 1. */
async function scorePairs(
  { session, tokenizer, folder }: Opened,
  query: string,
  documents: readonly string[],
): Promise<number[]> {
  const scores: number[] = [];
  for (let from = 0; from < documents.length; from += pairsAtOnce) {
    const pairs = documents
      .slice(from, from + pairsAtOnce)
      .map((document) => encodePair(tokenizer, query, document, folder.maxTokens));
    const { outputs, rows } = await runTokens(session, pairs);
    const logits = outputs['logits'] ?? Object.values(outputs)[0];
    const values = logits && floats(logits.data);
    const each = (values?.length ?? 0) / rows;
    if (!values || (each !== 1 && each !== 2)) throw new FolderFault('its model gives no score of a pair.');
    for (let row = 0; row < rows; row++) {
      // Of two classes the second is "fits".
      const logit = each === 1 ? (values[row] ?? 0) : (values[row * 2 + 1] ?? 0) - (values[row * 2] ?? 0);
      scores.push(1 / (1 + Math.exp(-logit)));
    }
  }
  return scores;
}

function floats(data: unknown): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new FolderFault('its model does not answer in 32-bit floats.');
}
