import { keptAtHeader } from './kept-paths.ts';

/** When the oldest answer on the page came from the server, in milliseconds since 1970; absent while all are fresh. */
let oldest: number | undefined;
const listeners = new Set<() => void>();

export const keptSince = (): number | undefined => oldest;

export function onKept(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Notes an answer that this browser gave in the place of the server. */
export function noteKept(response: Response): void {
  const at = Date.parse(response.headers.get(keptAtHeader) ?? '');
  if (!Number.isNaN(at)) set(Math.min(at, oldest ?? at));
}

/** The server is there again, and what was kept is asked for anew. */
export const forgetKept = (): void => set(undefined);

function set(at: number | undefined): void {
  if (at === oldest) return;
  oldest = at;
  for (const listener of listeners) listener();
}
