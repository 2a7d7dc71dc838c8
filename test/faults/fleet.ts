import type { FakeOpenAiServer } from '../../src/models/testing/fake-openai-server.ts';
import type { Client } from '../client.ts';
import type { Row } from '../database.ts';
import type { Person } from '../given.ts';
import type { ServerProcess } from '../server-process.ts';
import type { Judged } from './judge.ts';

/** Several servers on one store, in a data directory or in PostgreSQL, which answer through one scripted model: what an attack on several is made
 *  on. */
export type Fleet = AsyncDisposable & {
  readonly servers: readonly ServerProcess[];
  readonly model: FakeOpenAiServer;
  readonly judged: Judged;
  at(index: number): ServerProcess;
  /** A person's client at one of them: a login is good at all. */
  client(index: number, person: Person): Client;
  /** A member who is signed in. */
  person(): Promise<Person>;
  claimedBy(index: number): string[];
  /** Rows of the store, read beside the servers. */
  query(sql: string): Promise<Row[]>;
};
