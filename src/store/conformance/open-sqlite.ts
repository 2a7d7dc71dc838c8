import { systemClock } from '../../clock.ts';
import { openSqliteStore } from '../sqlite/sqlite-store.ts';
import type { Store } from '../store.ts';

/** How a second process of the suite opens the embedded store at a path. */
export function openStore(path: string): Promise<Store> {
  return openSqliteStore({ path, clock: systemClock });
}
