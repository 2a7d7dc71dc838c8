import { onTestFinished } from 'vitest';
import { GivenServer, type ServerOptions } from '../given.ts';

/** A server of one test's own. It goes when the test is over, also when the test ran out of time. */
export async function givenServer(options: ServerOptions = {}): Promise<GivenServer> {
  const server = await GivenServer.start(options);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}
