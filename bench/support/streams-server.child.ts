import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { compose } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import type { Model } from '../../src/models/model.ts';
import { createPacer } from './pacer.ts';
import { monotonicNs, stampedPiece } from './stamps.ts';

/** A server for one benchmark: as `main.ts` starts it, with room for many streams of one person and, when no endpoint is named by the
 *  settings, a model in the process whose pieces say when they were due. Prints one line `{"url": …}` when it listens. */
const told = JSON.parse(process.argv[2] ?? '') as { streams: number; everyMs: number };
const config = readConfig(process.env);
const room = told.streams + 100;
const limits = {
  maxRunningTurns: room,
  maxRunningTurnsPerUser: room,
  maxQueuedTurnsPerUser: room,
  maxStreams: room,
  maxStreamsPerUser: room,
};
const server = await compose(
  { ...config, limits: { ...config.limits, ...limits } },
  'bench',
  config.model ? {} : { model: stampingModel() },
);
server.http.listen(0, '127.0.0.1');
await once(server.http, 'listening');
server.startWork();
const { port } = server.http.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
process.once('SIGTERM', () => void server.drain(0).then(() => process.exit(0)));

/** Each call has its own place on a grid of `everyMs`, so that the streams are spread evenly and no two pieces have the same stamp. A
 *  stamp is the moment the piece is due, not the one it is sent at: a loop that is held up does not hide it. */
function stampingModel(): Model {
  const everyNs = told.everyMs * 1e6;
  const originNs = monotonicNs();
  const pacer = createPacer();
  let calls = 0;
  return {
    label: 'stamping',
    contextTokens: 32_768,
    async *stream(_request, signal) {
      const placeNs = originNs + Math.round((calls++ * everyNs) / told.streams);
      const first = Math.ceil((monotonicNs() - placeNs) / everyNs);
      for (let dueNs = placeNs + first * everyNs; ; dueNs += everyNs) {
        await pacer.until(dueNs);
        if (signal.aborted) return;
        yield { type: 'text', text: stampedPiece(dueNs) };
      }
    },
  };
}
