import { Worker } from 'node:worker_threads';
import type { Passage } from './split-passages.ts';
import { type SplitText, splitText } from './split-text.ts';

/** Shorter texts are split in less time than a thread takes to start (about 5 ms for this many UTF-16 units). */
const smallTextLength = 40_000;
const deadlineMs = 60_000;

/** `splitText` without holding the event loop: a long text is split in a thread of its own.
 *  @throws Error when it takes over a minute; the signal's reason when aborted */
export async function splitAside(document: SplitText, signal: AbortSignal): Promise<Passage[]> {
  signal.throwIfAborted();
  if (document.text.length <= smallTextLength) return splitText(document);
  const worker = new Worker(new URL('./split.worker.ts', import.meta.url), {
    workerData: document,
    env: {},
    name: 'split-passages',
  });
  const either = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  try {
    return await new Promise<Passage[]>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the splitting thread ended early')));
      either.addEventListener('abort', () => reject(either.reason), { once: true });
    });
  } finally {
    await worker.terminate();
  }
}
