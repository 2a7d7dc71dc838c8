import type { Server } from 'node:http';

/** How often connections that have had their last answer are looked for. */
const sweepEveryMs = 50;

/** Stops listening, lets requests under way be answered for `maxMs`, then cuts what is left. Resolves when no connection is open. */
export async function closeServer(http: Server, maxMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => http.close(() => resolve()));
  const sweep = setInterval(() => http.closeIdleConnections(), sweepEveryMs);
  const cut = setTimeout(() => http.closeAllConnections(), maxMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
