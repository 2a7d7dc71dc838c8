import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LocalEmbedder } from '../embedder.ts';
import { miniLmModelPath, readMiniLmTokenizer } from '../minilm/build-onnx.ts';
import { openMiniLmEmbedder } from '../minilm/open-minilm-embedder.ts';
import { openFolderEmbedder, openFolderReranker } from './open-folder.ts';
import { overlapModel } from './testing/overlap-model.ts';

let dir: string;
let builtIn: LocalEmbedder;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'perdure-folder-'));
  builtIn = await openMiniLmEmbedder({ modelsDir: join(dir, 'models') });
});
afterAll(async () => {
  await builtIn.close();
  await rm(dir, { recursive: true });
});

/** The built-in model's files as a folder, with further files by their names. */
async function givenFolder(name: string, files: Record<string, unknown> = {}): Promise<string> {
  const folder = join(dir, name);
  await mkdir(join(folder, '1_Pooling'), { recursive: true });
  await copyFile(miniLmModelPath(join(dir, 'models')), join(folder, 'model.onnx'));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(await readMiniLmTokenizer()));
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), JSON.stringify(content));
  return folder;
}

const dot = (a: Float32Array | undefined, b: Float32Array | undefined) =>
  a?.reduce((sum, value, i) => sum + value * (b?.[i] ?? 0), 0) ?? 0;

async function open(folder: string) {
  const embedder = await openFolderEmbedder({ folder });
  return { embedder, [Symbol.asyncDispose]: () => embedder.close() };
}

describe('an embedder from a folder', () => {
  test('gives what the same files give as the built-in one, cut where its files say', async () => {
    const folder = await givenFolder('minilm', { 'sentence_bert_config.json': { max_seq_length: 256 } });
    await using opened = await open(folder);
    expect(opened.embedder).toMatchObject({ dimensions: 384, maxTokens: 256 });
    expect(opened.embedder.id).toMatch(/^minilm:[\da-f]{12}$/);
    const texts = ['How do I back up the database?', `A long text. ${'word '.repeat(400)}`];
    for (const text of texts) {
      const [[there], [here]] = [await opened.embedder.embed([text]), await builtIn.embed([text])];
      expect(dot(there, here)).toBeCloseTo(1, 5);
    }
    expect(await opened.embedder.countTokens(['the cat sat on the mat'])).toEqual([8]);
  });

  test('puts its prompts in front, and has another id with others', async () => {
    const prompts = { prompts: { query: 'Find: ', document: 'Note: ' }, default_prompt_name: null };
    const folder = await givenFolder('prompted', { 'config_sentence_transformers.json': prompts });
    await using opened = await open(folder);
    const [asked] = await opened.embedder.embed(['tea'], { role: 'query' });
    const [told] = await opened.embedder.embed(['tea']);
    expect(dot(asked, (await builtIn.embed(['Find: tea']))[0])).toBeCloseTo(1, 4);
    expect(dot(told, (await builtIn.embed(['Note: tea']))[0])).toBeCloseTo(1, 4);
    const other = await openFolderEmbedder({ folder, prefixes: { query: '' } });
    expect(other.id).not.toBe(opened.embedder.id);
    await other.close();
  });

  test.each([
    ['no tokenizer', { 'modules.json': [] }, 'tokenizer.json', 'there is no tokenizer.json in its folder.'],
    ['no model', {}, 'model.onnx', 'there is no model.onnx in its folder.'],
    [
      'a dense layer',
      { 'modules.json': [{ type: 'sentence_transformers.models.Dense', path: '2_Dense' }] },
      '',
      'its modules.json names the module Dense, which this version does not run.',
    ],
    [
      'two poolings',
      { '1_Pooling/config.json': { pooling_mode_cls_token: true, pooling_mode_max_tokens: true } },
      '',
      'its way of pooling is one that this version does not know.',
    ],
  ])('says what is wrong with one with %s', async (name, files, without, words) => {
    const folder = await givenFolder(name, files);
    if (without !== '') await rm(join(folder, without));
    await expect(openFolderEmbedder({ folder })).rejects.toThrow(`The embedder cannot run: ${words}`);
  });

  test('names no path of this machine when the model is none', async () => {
    const folder = await givenFolder('broken');
    await writeFile(join(folder, 'model.onnx'), 'no model');
    await expect(openFolderEmbedder({ folder })).rejects.toThrow(
      /^The embedder cannot run; the log of the server says/,
    );
  });
});

describe('a reranker from a folder', () => {
  test('reads a question and each document as a pair', async () => {
    const folder = await givenFolder('reranker');
    const tokenizer = (await readMiniLmTokenizer()) as { model: { vocab: Record<string, number> } };
    const { vocab } = tokenizer.model;
    await writeFile(join(folder, 'model.onnx'), overlapModel({ vocab, wanted: ['berth', 'fee'] }));
    const reranker = await openFolderReranker({ folder });
    const documents = ['Tea is steeped.', 'The fee of a berth is low.', 'A berth is free.', 'x '.repeat(2_000), ''];
    const scores = await reranker.score('What does a berth cost?', documents, { priority: 'query' });
    expect(scores).toHaveLength(5);
    const order = documents.toSorted(
      (a, b) => (scores[documents.indexOf(b)] ?? 0) - (scores[documents.indexOf(a)] ?? 0),
    );
    expect(order.slice(0, 2)).toEqual(['The fee of a berth is low.', 'A berth is free.']);
    for (const score of scores) expect(score > 0 && score < 1).toBe(true);
    await reranker.close();
    await expect(reranker.score('late', ['a'])).rejects.toThrow('The reranker was closed.');
  });

  test('refuses a model that gives no score of a pair', async () => {
    const folder = await givenFolder('no scores');
    await expect(openFolderReranker({ folder })).rejects.toThrow('The reranker cannot run: its model gives no score');
  });
});
