import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LocalEmbedder } from '../embedder.ts';
import { buildBertGraph } from './bert-graph.ts';
import { miniLmModelPath, readMiniLmWeights } from './build-onnx.ts';
import { openMiniLmEmbedder, openWorkerEmbedder } from './open-minilm-embedder.ts';
import { readSafetensors } from './safetensors.ts';

let modelsDir: string;
let embedder: LocalEmbedder;
beforeAll(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'perdure-embedder-'));
  embedder = await openMiniLmEmbedder({ modelsDir });
});
afterAll(async () => {
  await embedder.close();
  await rm(modelsDir, { recursive: true, force: true });
});

const passage = 'Backups are written while the server runs, and one command restores and checks them. ';

describe('the built-in embedder', () => {
  test('sentences of like meaning are nearer than others', async () => {
    const [backup, copy, cooking] = await vectorsOf([
      'How do I back up the database?',
      'Making a copy of all stored data',
      'A recipe for onion soup',
    ]);
    expect(dot(backup, copy)).toBeGreaterThan(dot(backup, cooking) + 0.2);
    expect(dot(backup, backup)).toBeCloseTo(1, 4);
  });

  test('a text has the same vector in any company', async () => {
    const texts = Array.from({ length: 12 }, (_, i) => `Note ${i}: ${passage.repeat((i % 5) + 1)}`);
    const together = await embedder.embed(texts);
    for (const [i, text] of texts.entries()) {
      const [alone] = await embedder.embed([text]);
      // The scale of int8 activations is that of their whole batch; how near they stay depends on the processor (0.984 at least seen).
      expect(dot(alone, together[i])).toBeGreaterThan(0.97);
    }
  });

  test('int8 agrees with the published weights', async () => {
    const fp32 = await InferenceSession.create(buildBertGraph(readSafetensors(await readMiniLmWeights()), 'fp32'));
    // "the cat sat on the mat" as the model's tokenizer writes it.
    const ids = [101, 1996, 4937, 2938, 2006, 1996, 13523, 102];
    const result = await fp32.run({
      input_ids: new Tensor('int64', BigInt64Array.from(ids.map(BigInt)), [1, ids.length]),
      attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), [1, ids.length]),
    });
    await fp32.release();
    const [vector] = await vectorsOf(['the cat sat on the mat']);
    const expected = result['sentence_embedding']?.data;
    if (!(expected instanceof Float32Array)) throw new Error('no vector');
    expect(dot(vector, expected)).toBeGreaterThan(0.98);
  });

  test('a query overtakes a batch that waits', async () => {
    const finished: string[] = [];
    const batch = embedder.embed(Array<string>(12).fill(passage.repeat(12))).then(() => finished.push('batch'));
    const query = embedder.embed(['who waits?'], { priority: 'query' }).then(() => finished.push('query'));
    await Promise.all([batch, query]);
    expect(finished).toEqual(['query', 'batch']);
  });

  test('an aborted request rejects with the reason and the next one is served', async () => {
    const controller = new AbortController();
    const asked = embedder.embed(Array<string>(8).fill(passage.repeat(12)), { signal: controller.signal });
    controller.abort(new Error('not wanted'));
    await expect(asked).rejects.toThrow('not wanted');
    expect(await vectorsOf(['still here'])).toHaveLength(1);
  });

  test('tokens are counted with their marks', async () => {
    expect(await embedder.countTokens(['the cat sat on the mat', ''])).toEqual([8, 2]);
  });

  test('no draft of the model file is left, and a damaged one is replaced', async () => {
    expect(await readdir(modelsDir)).toHaveLength(1);
    await using other = await temporaryModels();
    await writeFile(miniLmModelPath(other.dir), 'damaged');
    const rebuilt = await openMiniLmEmbedder({ modelsDir: other.dir });
    await rebuilt.close();
  });

  test('what waits is rejected when it is closed', async () => {
    const closing = await openMiniLmEmbedder({ modelsDir });
    const asked = closing.embed([passage]);
    const outcome = expect(asked).rejects.toThrow('closed');
    await closing.close();
    await outcome;
    await expect(closing.embed(['late'])).rejects.toThrow('closed');
  });

  test('a missing package is named', async () => {
    await using other = await temporaryModels();
    const file = join(other.dir, 'broken.worker.mjs');
    await writeFile(file, "import 'a-package-that-is-not-installed';");
    await expect(openWorkerEmbedder(pathToFileURL(file), { modelsDir, threads: 1 })).rejects.toThrow(
      /^The embedder cannot run: the package a-package-that-is-not-installed is not installed\. Run npm ci\.$/,
    );
  });

  test('what the system said is the cause, and not in the words people see', async () => {
    await using other = await temporaryModels();
    const models = join(other.dir, 'models');
    await writeFile(models, 'a file where a folder must be');
    const opening = openMiniLmEmbedder({ modelsDir: models });
    await expect(opening).rejects.toThrow(/^The embedder cannot run; the log of the server says why\.$/);
    await expect(opening).rejects.toMatchObject({ cause: expect.objectContaining({ message: expect.any(String) }) });
  });
});

async function vectorsOf(texts: string[]): Promise<Float32Array[]> {
  return embedder.embed(texts);
}

function dot(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || b === undefined) throw new Error('a vector is missing');
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

async function temporaryModels() {
  const dir = await mkdtemp(join(tmpdir(), 'perdure-models-'));
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) };
}
