import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { WorkerQueue } from './worker-queue.ts';

/** Counts texts, and falls silent for good at one that says so. */
const counting = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ id, texts }) => {
    if (texts.includes('silence')) for (;;);
    parentPort.postMessage({ type: 'counted', id, counts: texts.map((text) => text.length) });
  });`;

test('a worker that falls silent is ended; what it was asked, and what waits, is rejected', async () => {
  const worker = new Worker(counting, { eval: true });
  const exited = once(worker, 'exit');
  const queue = new WorkerQueue(worker, { deadlineMs: 1_000 });
  const count = (...texts: string[]) => queue.run({ type: 'count', texts }, { priority: 'batch' });
  expect(await count('one', 'three')).toMatchObject({ counts: [3, 5] });
  const outcomes = await Promise.allSettled([count('silence'), count('waits')]);
  const reason = new Error('The embedder did not answer in time.');
  expect(outcomes).toEqual([
    { status: 'rejected', reason },
    { status: 'rejected', reason },
  ]);
  await expect(count('late')).rejects.toThrow('did not answer');
  await exited;
});
