import type { SseConnection } from '../http/sse.ts';
import type { Store } from '../store/store.ts';

/** Sends `shared` when somebody is let into a session, or out of one, or may do something else there: their list of sessions is another.
 *  @returns what ends it */
export function tellShared(store: Store, userId: string, connection: SseConnection): () => void {
  let known: Promise<string> = store.read.sharedMark({ userId });
  const look = async () => {
    const before = known;
    known = store.read.sharedMark({ userId });
    if ((await before) !== (await known)) connection.send({ event: 'shared', data: {} });
  };
  known.catch(() => connection.end());
  return store.onCommit((topics) => {
    if (topics.includes('sharing')) look().catch(() => connection.end());
  });
}
