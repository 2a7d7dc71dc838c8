import type { Command, Query, Topic } from './command.ts';
import type { commands } from './commands/index.ts';
import type { reads, scans } from './queries/index.ts';

type CommandMethods<Registry> = {
  readonly [Name in keyof Registry]: Registry[Name] extends Command<infer Args, infer Result>
    ? (args: Args) => Promise<Result>
    : never;
};
type QueryMethods<Registry> = {
  readonly [Name in keyof Registry]: Registry[Name] extends Query<infer Args, infer Result>
    ? (args: Args) => Promise<Result>
    : never;
};

/** The one durable store. Every method rejects with `AppError`: `overloaded` when its queue is full, and nothing was changed;
 *  `store_unavailable` when the store cannot be used. Its detail says whether nothing was changed or whether that is not known. */
export type Store = {
  /** Writes. Each resolves after its commit is durable. */
  readonly write: CommandMethods<typeof commands>;
  /** Reads by key or a short range. */
  readonly read: QueryMethods<typeof reads>;
  /** Reads that can scan; they never hold the event loop. */
  readonly scan: QueryMethods<typeof scans>;
  /** Rings after commits of this process at once, and within a second after those of others. A hint, never the truth. */
  onCommit(listener: (topics: readonly Topic[]) => void): () => void;
  /** Rejects unless a write can be committed and read back. */
  checkHealth(): Promise<void>;
  /** Where the vectors that serve are searched at this moment; their words are always in this process's memory. */
  vectorPlace(): VectorPlace;
  /** Leaves nothing of what was removed where a store keeps its recent changes. False when it has to be asked again, because somebody
   *  still reads there. */
  forgetRemoved(): Promise<boolean>;
  /** Lets what was accepted finish, then closes. */
  close(): Promise<void>;
};

/** In this process's memory, and why not in the database where that was to be expected; or in the database, by an index of pgvector. */
export type VectorPlace = { kind: 'memory'; why: string } | { kind: 'pgvector'; version: string };

export type { Topic };
