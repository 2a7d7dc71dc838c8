import type { Topic } from '../command.ts';
import type { WireError, WorkerRequest } from '../wire.ts';

/** Asks the writer to end: what came before is committed, then its handle is closed and the log folded into the file. */
export const closeRequest = 'close';

/** Asks the writer to fold the log into the file and to empty it: nothing of what was removed is then left in either. */
export const checkpointRequest = 'checkpoint';

/** What the writer is sent. */
export type ToWriter = WorkerRequest[] | typeof closeRequest | typeof checkpointRequest;

export type WriterMessage =
  | { type: 'ready' }
  | { type: 'failed'; error: WireError }
  | Committed
  /** Whether the log is empty: not while somebody still reads what is in it. */
  | { type: 'checkpointed'; isEmpty: boolean }
  /** Another process committed, nobody knows what. */
  | { type: 'foreign' };

/** What became of a batch: `results[i]` is of the command `done[i]`. Two lists of plain values, because an object for each answer costs
 *  four times as much to send and to receive. */
export type Committed = {
  type: 'committed';
  done: number[];
  results: unknown[];
  failed: { id: number; error: WireError }[];
  topics: Topic[];
};
