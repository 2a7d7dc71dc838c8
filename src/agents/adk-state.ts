import { State } from '@google/adk';
import type { AdkStateChanges } from '../store/commands/adk-sessions.ts';
import type { AdkStateRow, AdkStateRows } from '../store/queries/adk-sessions.ts';
import { originalName, storedName } from './adk-names.ts';

/** Sorts the keys of a state or a change of it by their scope: `app:` and `user:` lose their prefix, `temp:` is left out.
 *  Values become plain JSON values, undefined becomes null. Pure. */
export function splitState(state: Record<string, unknown>): AdkStateChanges {
  const changes: AdkStateChanges = { session: [], user: [], app: [] };
  for (const [key, value] of Object.entries(state)) {
    if (key.startsWith(State.TEMP_PREFIX)) continue;
    const [scope, name] = key.startsWith(State.APP_PREFIX)
      ? (['app', key.slice(State.APP_PREFIX.length)] as const)
      : key.startsWith(State.USER_PREFIX)
        ? (['user', key.slice(State.USER_PREFIX.length)] as const)
        : (['session', key] as const);
    changes[scope].push({ key: storedName(name), value: JSON.parse(JSON.stringify(value) ?? 'null') });
  }
  return changes;
}

/** The state as an ADK program sees it: one map, `app:` and `user:` before the keys of those scopes. Pure. */
export function mergeState(rows: AdkStateRows): Record<string, unknown> {
  const state: Record<string, unknown> = {};
  const put = (prefix: string, { key, value }: AdkStateRow) => {
    // An assignment to `__proto__` would replace the map's prototype.
    Object.defineProperty(state, prefix + originalName(key), {
      value: JSON.parse(value),
      writable: true,
      enumerable: true,
      configurable: true,
    });
  };
  for (const row of rows.session) put('', row);
  for (const row of rows.app) put(State.APP_PREFIX, row);
  for (const row of rows.user) put(State.USER_PREFIX, row);
  return state;
}
