import { monitorEventLoopDelay } from 'node:perf_hooks';

/** A process that does nothing: how long its event loop is held is what the machine alone costs. Prints the longest hold each time it is told to. */
const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();
process.stdin.on('data', () => {
  process.stdout.write(`${Math.max(0, delays.max / 1e6 - 1)}\n`);
  delays.reset();
});
