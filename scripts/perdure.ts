/** The command line of Perdure: `npm run perdure -- verify`. Puts its parts together; see src/cli/perdure.ts. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { readBootId } from '../src/boot-id.ts';
import { runPerdure } from '../src/cli/perdure.ts';
import { systemClock } from '../src/clock.ts';
import { limits } from '../src/config.ts';
import { openSnapshot } from '../src/store/sqlite/snapshot.ts';

const code = await runPerdure(
  {
    start: async () => void (await import('../src/main.ts')),
    openSnapshot,
    linesOf: (path) => createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY }),
    clock: systemClock,
    bootId: readBootId(systemClock.nowMs()),
    maxRunning: limits.maxRunningTurns,
    env: process.env,
    print: (text) => process.stdout.write(text),
    complain: (line) => process.stderr.write(`${line}\n`),
  },
  process.argv.slice(2),
);
if (code !== undefined) process.exitCode = code;
