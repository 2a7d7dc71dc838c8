import type { ServerResponse } from 'node:http';

/** One server-sent event. Without data and event it moves only the id. */
export type SseFrame = { id?: string; event?: string; data?: unknown };

/** One reader of a stream. */
export type SseConnection = {
  send(frame: SseFrame): void;
  /** Aborts when the reader is gone, was cut, or the server ends the stream. */
  readonly closed: AbortSignal;
  /** Ends the stream after what was sent; the reader will reconnect and resume, after `retryMs` when told. */
  end(retryMs?: number): void;
};

/** Bytes that may wait for a slow reader beyond the frame being sent; more, and it is cut and resumes. */
const maxUnsentBytes = 256 * 1024;
/** Time between heartbeats; the contract promises 15 s at most. */
const heartbeatMs = 10_000;
/** What a browser waits before it reconnects. */
const retryMs = 1_000;

export const sseHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
} as const;

/** Takes over a response and writes frames straight to its socket, so that what waits is what the socket says. */
export function openSse(response: ServerResponse, headers: Record<string, string>): SseConnection {
  const closing = new AbortController();
  response.writeHead(200, { ...headers, ...sseHeaders });
  response.write(`retry: ${retryMs}\n\n`);

  const heartbeat = setInterval(() => write(': still here\n\n'), heartbeatMs);
  response.on('close', close);
  response.on('error', close);

  function close(): void {
    clearInterval(heartbeat);
    closing.abort();
  }

  function write(text: string): void {
    if (closing.signal.aborted) return;
    if (response.writableLength > maxUnsentBytes) {
      response.destroy();
      close();
      return;
    }
    response.write(text);
  }

  return {
    send: (frame) => write(encodeFrame(frame)),
    closed: closing.signal,
    end(comeBackMs) {
      if (closing.signal.aborted) return;
      response.end(comeBackMs === undefined ? '' : `retry: ${comeBackMs}\n\n`);
      close();
    },
  };
}

function encodeFrame(frame: SseFrame): string {
  let text = '';
  if (frame.id !== undefined) text += `id: ${frame.id}\n`;
  if (frame.event !== undefined) text += `event: ${frame.event}\n`;
  if (frame.data !== undefined) text += `data: ${JSON.stringify(frame.data)}\n`;
  return `${text}\n`;
}
