import type { SseConnection } from '../http/sse.ts';

/** Revoked logins and memberships end their streams within this time. */
const recheckMs = 3_000;

/** Ends a stream soon after its reader may no longer have it, or when that cannot be told. */
export function watchAccess(connection: SseConnection, mayRead: () => Promise<boolean>): () => void {
  let asking = false;
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    void check();
  }, recheckMs);
  async function check(): Promise<void> {
    const may = await mayRead().catch(() => false);
    asking = false;
    if (!may) connection.end();
  }
  return () => clearInterval(timer);
}
