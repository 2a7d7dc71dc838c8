import type { StreamedEvent } from '../contract/events.ts';

/** An event as JSON, made when it is first asked for and once for all who are sent it: what waits for many slow readers is then in memory
 *  once. */
export type SharedJson = {
  plain(): Buffer;
  /** The event with the cursor that resumes after it. Readers who are equally far share it. */
  withCursor(cursor: string): Buffer;
};

export function shareJson(event: StreamedEvent): SharedJson {
  let plain: Buffer | undefined;
  let last: { cursor: string; json: Buffer } | undefined;
  return {
    plain: () => (plain ??= Buffer.from(JSON.stringify(event))),
    withCursor(cursor) {
      if (last?.cursor !== cursor) last = { cursor, json: Buffer.from(JSON.stringify({ ...event, cursor })) };
      return last.json;
    },
  };
}
