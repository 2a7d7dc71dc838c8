import { afterAll, beforeAll, vi } from 'vitest';
import { GivenServer, type ServerOptions } from './given.ts';

/** A start takes about a second; on a machine that others load, and with many starts at once, much longer. */
export const slowStartMs = 180_000;

/** One server for all tests of a file. */
export function sharedServer(options: ServerOptions = {}): () => GivenServer {
  vi.setConfig({ testTimeout: 120_000, hookTimeout: slowStartMs });
  let server: GivenServer | undefined;
  beforeAll(async () => {
    server = await GivenServer.start(options);
  }, slowStartMs);
  afterAll(async () => server?.[Symbol.asyncDispose]());
  return () => {
    if (!server) throw new Error('The server of this file is started before its tests, not while they are collected.');
    return server;
  };
}
