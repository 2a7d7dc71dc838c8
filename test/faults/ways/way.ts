import type { TestSite } from '../../../src/http/testing/test-site.ts';
import type { TestMailServer } from '../../../src/mail/testing/mail-server.ts';
import type { FakeVectorsServer } from '../../../src/models/testing/fake-vectors-server.ts';
import type { Reply } from '../../client.ts';
import type { Row } from '../../database.ts';
import type { GivenServer } from '../../given.ts';
import type { TestProvider } from '../../oidc.ts';
import type { History } from '../history.ts';

/** How something that a person or the server really does comes to run a command of the store. */
export type Way =
  | ServerWay
  /** An ADK program on the same data directory is killed; the server beside it goes on. */
  | { place: 'adk program'; prepare(world: World): Promise<Deed> }
  /** The very first start on an empty data directory. */
  | { place: 'first start'; isStored(ask: Ask): boolean };

export type ServerWay = {
  place: 'server';
  /** How often a start runs the command by itself, before what is done here runs it. */
  runsBefore?: number;
  /** Whether whoever does it waits for the command: then its answer before the commit is a lie. */
  isAnswered?: true;
  prepare(world: World): Promise<Deed>;
};

/** One thing that is done, cut off by a kill, and done again. */
export type Deed = {
  /** Does it; again leads to the same end. An ADK program is told the point it is to be killed at. */
  act(point?: string): Promise<void>;
  /** What the server is started with for it: an embedder, which the servers of tests are without. */
  env?: Readonly<Record<string, string>>;
  /** Whether the command is committed, by what the file holds that nobody serves. */
  isStored(ask: Ask): boolean;
  /** What everybody finds once it was done again.
   *  @throws Error when something else is found */
  check(): Promise<void>;
};

/** Rows of the store, as a person at a SQL prompt reads them. */
export type Ask = (sql: string, ...values: (string | number)[]) => Row[];

/** A data directory whose server is killed again and again, and what its people did. */
export type World = {
  readonly server: GivenServer;
  /** The OpenID Connect provider that people sign in with there. */
  readonly provider: TestProvider;
  /** The mail server that links go out by. It takes none for addresses that begin with `nobody`. */
  readonly mail: TestMailServer;
  /** The embeddings endpoint, for a server that is started with it. A model whose name begins with `broken` refuses passages. */
  readonly vectors: FakeVectorsServer;
  /** The web site that pages are added from. */
  readonly site: TestSite;
  readonly history: History;
  readonly ask: Ask;
  /** A number that nothing else in this world has. */
  number(): number;
  /** Starts the server so that it kills itself at the point, does something that leads there, and leaves it dead. */
  dieAt(point: string, act: () => Promise<unknown>): Promise<void>;
  /** Closes something when the world ends. */
  atEnd(close: () => Promise<void>): void;
};

/** @throws Error with the answer when it has another status */
export function expectStatus(reply: Reply, ...wanted: number[]): Reply {
  if (wanted.includes(reply.status)) return reply;
  throw new Error(`answered ${reply.status}, not ${wanted.join(' or ')}: ${reply.text.slice(0, 300)}`);
}

/** Whether a query finds anything. */
export function finds(ask: Ask, sql: string, ...values: (string | number)[]): boolean {
  return ask(sql, ...values).length > 0;
}
