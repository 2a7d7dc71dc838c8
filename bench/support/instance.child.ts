import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { compose } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';

/** One instance for a benchmark: as `main.ts` starts it, with a cap of turns of its own and room for everything else of one person. Prints one line
 *  `{"url": …}` when it listens. */
const told = JSON.parse(process.argv[2] ?? '') as { maxRunningTurns: number; room: number };
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--max-semi-space-size=4');
setFlagsFromString('--heap-growing-percent=10');
const config = readConfig(process.env);
const { maxRunningTurns, room } = told;
const limits = {
  maxRunningTurns,
  maxRunningTurnsPerUser: room,
  maxQueuedTurnsPerUser: room,
  maxRequestsPerUser: room,
  maxRequestsPerUserWhenLate: room,
  maxLongRequests: room,
  maxLongRequestsPerUser: room,
  maxLongRequestsPerUserWhenLate: room,
};
const server = await compose({ ...config, limits: { ...config.limits, ...limits } }, 'bench');
server.http.listen(0, '127.0.0.1');
await once(server.http, 'listening');
server.startWork();
const { port } = server.http.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
process.once('SIGTERM', () => void server.drain(0).then(() => process.exit(0)));
