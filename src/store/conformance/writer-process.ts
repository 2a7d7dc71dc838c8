import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** What another process writes: messages to a session, as many as `writes` or until it is killed. */
export type WriterJob = { userId: string; sessionId: string; writes: number; inFlight: number };

/** How that process opens the store: a module that exports `openStore(target)`. */
export type StoreOpener = { module: URL; target: string };

export type WriterProcess = {
  /** The client turn ids whose write was acknowledged so far. */
  readonly acknowledged: readonly string[];
  /** Resolves once `count` writes were acknowledged. */
  reached(count: number): Promise<void>;
  /** Resolves when it has written everything and closed the store, with the longest pause of its event loop. */
  readonly ended: Promise<{ longestPauseMs: number }>;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
};

const writerLine = z.union([z.object({ acknowledged: z.string() }), z.object({ longestPauseMs: z.number() })]);

export function spawnWriter(opener: StoreOpener, job: WriterJob): WriterProcess {
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('./writer.child.ts', import.meta.url)),
      JSON.stringify({ module: opener.module.href, target: opener.target, job }),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const gone = once(child, 'close');
  const acknowledged: string[] = [];
  const waiters: { count: number; resolve: () => void; reject: (error: Error) => void }[] = [];
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<{ longestPauseMs: number }>();
  ended.catch(() => undefined);
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = writerLine.parse(JSON.parse(text));
    if ('longestPauseMs' in line) return end(line);
    acknowledged.push(line.acknowledged);
    for (const waiter of waiters) if (acknowledged.length >= waiter.count) waiter.resolve();
  });
  child.once('close', (code, signal) => {
    const error = new Error(`the writer ended with ${String(code ?? signal)}`);
    fail(error);
    for (const waiter of waiters) waiter.reject(error);
  });
  return {
    acknowledged,
    ended,
    reached(count) {
      if (acknowledged.length >= count) return Promise.resolve();
      return new Promise((resolve, reject) => waiters.push({ count, resolve, reject }));
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
