import type { JobHold } from '../../store/commands/jobs.ts';
import type { Store } from '../../store/store.ts';
import { clearedRowsAtOnce } from '../sweep-deleted.ts';

/** Clears, in bites, the passages that an earlier try left of what a held job reads. False: the job is lost. */
export async function clearLeftovers(store: Store, hold: JobHold, signal: AbortSignal): Promise<boolean> {
  for (let more = true; more; ) {
    signal.throwIfAborted();
    const cleared = await store.write.clearPassages({ hold, maxRows: clearedRowsAtOnce });
    if (!cleared) return false;
    more = cleared.more;
  }
  return true;
}
