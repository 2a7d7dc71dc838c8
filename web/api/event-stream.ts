import { createParser } from 'eventsource-parser';
import { problemOf } from './client.ts';
import type { ApiError } from './errors.ts';

/** One frame of a server-sent stream; `event` is empty for an unnamed one. */
export type Frame = { id: string | undefined; event: string; data: string };

/** Why a stream ended: the server said no, it closed or broke, or nothing came for too long. */
export type StreamEnd = { reason: 'refused'; error: ApiError } | { reason: 'cut' | 'silent' };

export type StreamHandlers = {
  onFrame(frame: Frame): void;
  /** Any bytes at all, heartbeats included. */
  onAlive(): void;
  onEnd(end: StreamEnd): void;
};

/** Opens one server-sent stream with fetch, which unlike EventSource shows the status and the heartbeats. Never reconnects; `onEnd` is called once,
 *  and not after `close`. */
export function openEventStream(url: string, handlers: StreamHandlers, silenceMs: number): { close(): void } {
  const abort = new AbortController();
  let ended = false;
  let watchdog: ReturnType<typeof setTimeout> | undefined;

  const end = (why?: StreamEnd) => {
    if (ended) return;
    ended = true;
    clearTimeout(watchdog);
    abort.abort();
    if (why) handlers.onEnd(why);
  };
  const alive = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => end({ reason: 'silent' }), silenceMs);
  };

  const run = async () => {
    alive();
    const headers = { accept: 'text/event-stream' };
    const response = await fetch(url, { headers, credentials: 'same-origin', cache: 'no-store', signal: abort.signal });
    if (!response.ok || !response.body) {
      end({ reason: 'refused', error: await problemOf(response) });
      return;
    }
    const parser = createParser({
      onEvent: ({ id, event, data }) => handlers.onFrame({ id, event: event ?? '', data }),
    });
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (ended || done) break;
      alive();
      handlers.onAlive();
      parser.feed(decoder.decode(value, { stream: true }));
    }
    end({ reason: 'cut' });
  };
  run().catch(() => end({ reason: 'cut' }));
  return { close: () => end() };
}
