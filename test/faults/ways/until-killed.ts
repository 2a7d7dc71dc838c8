import { setTimeout as pause } from 'node:timers/promises';
import { EndedEarlyError, type ServerProcess } from '../../server-process.ts';

/** How long a point may take to be reached, on a machine that others load. */
const patienceMs = 90_000;

/** Starts a server that kills itself at a point, and does what leads there.
 *  @returns whether what was done was acknowledged all the same
 *  @throws Error when the point is not reached */
export async function untilKilled(
  start: () => Promise<ServerProcess>,
  act: () => Promise<unknown>,
): Promise<{ isAcknowledged: boolean }> {
  let isAcknowledged = false;
  let server: ServerProcess;
  try {
    server = await start();
  } catch (error) {
    if (error instanceof EndedEarlyError && error.exit.signal === 'SIGKILL') return { isAcknowledged };
    throw error;
  }
  // Cut off by the kill it fails, which says nothing.
  act().then(
    () => (isAcknowledged = true),
    () => undefined,
  );
  const tooLate = new AbortController();
  const exit = await Promise.race([
    server.exited,
    pause(patienceMs, undefined, { signal: tooLate.signal }).catch(() => undefined),
  ]);
  tooLate.abort();
  if (exit?.signal === 'SIGKILL') return { isAcknowledged };
  throw new Error(exit ? `the server ended by itself with ${exit.code}` : 'the point was not reached');
}
