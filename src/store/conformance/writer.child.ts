import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '../../ids.ts';
import type { Store } from '../store.ts';
import { acceptArgs } from './given-log.ts';
import { watchEventLoop } from './watch-event-loop.ts';
import type { WriterJob } from './writer-process.ts';

/** Opens the store a second time, in this process, and writes as told. One line for each acknowledged write, one at the end. */
const told = JSON.parse(process.argv[2] ?? '') as { module: string; target: string; job: WriterJob };
const { openStore } = (await import(told.module)) as { openStore(target: string): Promise<Store> };
const { userId, sessionId, writes, inFlight } = told.job;

const store = await openStore(told.target);
let left = writes;
const loop = await watchEventLoop();
await Promise.all(
  Array.from({ length: inFlight }, async () => {
    while (left-- > 0) {
      const clientTurnId = newId();
      const { outcome } = await store.write.acceptTurn(
        acceptArgs(sessionId, userId, { clientTurnId, maxQueuedInSession: 1_000_000 }),
      );
      if (outcome !== 'accepted') throw new Error(outcome);
      process.stdout.write(`${JSON.stringify({ acknowledged: clientTurnId })}\n`);
    }
  }),
);
await pause(20);
const longestPauseMs = loop.longestPauseMs();
await store.close();
process.stdout.write(`${JSON.stringify({ longestPauseMs })}\n`);
