import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderFault } from './folder-fault.ts';
import { type FolderSettings, folderSettings, type Prefixes } from './folder-settings.ts';

/** A model as Hugging Face and optimum export it. */
export type ModelFolder = FolderSettings & {
  modelPath: string;
  tokenizer: object;
  tokenizerConfig: object;
  /** Of the model's and the tokenizer's bytes and of every setting that changes what the model gives. */
  hash: string;
};

/** The names a model file has, the whole one before the smaller one. */
const modelFiles = ['model.onnx', 'onnx/model.onnx', 'model_quantized.onnx', 'onnx/model_quantized.onnx'];

/** Reads all but the model of a folder.
 *  @param prefixes  instead of those that the folder names
 *  @throws FolderFault in words without paths of this machine */
export async function readModelFolder(folder: string, prefixes: Partial<Prefixes> = {}): Promise<ModelFolder> {
  const tokenizer = await readJson(folder, 'tokenizer.json');
  if (!tokenizer) throw new FolderFault('there is no tokenizer.json in its folder.');
  const modules = await readJson(folder, 'modules.json');
  const settings = folderSettings({
    modules,
    readings: {
      tokenizer: await readJson(folder, 'tokenizer_config.json'),
      transformer: await readJson(folder, 'config.json'),
      sentenceBert: await readJson(folder, 'sentence_bert_config.json'),
      sentenceTransformers: await readJson(folder, 'config_sentence_transformers.json'),
    },
    pooling: await readJson(folder, poolingFile(modules)),
    prefixes,
  });
  const modelPath = await firstThere(modelFiles.map((name) => join(folder, name)));
  if (modelPath === undefined) throw new FolderFault('there is no model.onnx in its folder.');
  const hash = createHash('sha256');
  // Large models keep their weights in a file beside.
  for (const path of [modelPath, `${modelPath}_data`, join(folder, 'tokenizer.json')]) await hashInto(hash, path);
  hash.update(JSON.stringify(settings));
  return {
    ...settings,
    modelPath,
    tokenizer,
    tokenizerConfig: (await readJson(folder, 'tokenizer_config.json')) ?? {},
    hash: hash.digest('hex'),
  };
}

/** A module's folder stands in `modules.json`; where that is missing it has the usual name. */
function poolingFile(modules: object | undefined): string {
  const listed = Array.isArray(modules) ? modules : [];
  const found = listed.find((each: { type?: unknown }) => String(each?.type).endsWith('.Pooling')) as
    | { path?: unknown }
    | undefined;
  const path = typeof found?.path === 'string' && /^[\w.-]+$/.test(found.path) ? found.path : '1_Pooling';
  return `${path}/config.json`;
}

async function readJson(folder: string, name: string): Promise<object | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, name), 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // As what is no object.
  }
  throw new FolderFault(`${name} in its folder cannot be read.`);
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) return path;
  }
  return undefined;
}

async function hashInto(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  hash.update('\n');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
