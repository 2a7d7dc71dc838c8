import type { Store } from '../store.ts';
import type { GivenLog } from './given-log.ts';
import type { WriterJob, WriterProcess } from './writer-process.ts';

/** A store made for a test. */
export type OpenedStore = {
  readonly store: Store;
  /** Closes it and opens the same data again. */
  reopen(): Promise<Store>;
  /** Another process that opens the same data and writes; absent where a store cannot be shared. */
  openSecond?(job: WriterJob): WriterProcess;
  close(): Promise<void>;
};

export type RowContext = {
  given: GivenLog;
  /** The suite's store, shared by all rows. */
  opened: OpenedStore;
  /** One more store, for a row that closes it or fills its queue; closed when the row ends. */
  another(): Promise<OpenedStore>;
};

/** One rule that every store keeps. The title is a sentence of the rule. */
export type Row = { readonly title: string; run(context: RowContext): Promise<void>; readonly timeoutMs?: number };
