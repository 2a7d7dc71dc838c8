import type { ServerResponse } from 'node:http';

/** One server-sent event. Without data and event it moves only the id. */
export type SseFrame = { id?: string; event?: string; data?: unknown };

/** One reader of a stream. */
export type SseConnection = {
  send(frame: SseFrame): void;
  /** Resolves when the reader has taken what was sent, or is gone: for whoever has more to send than may wait. Those who wait are
   *  served one after the other. Undefined when there is room at once. */
  room(): Promise<void> | undefined;
  /** Aborts when the reader is gone, was cut, or the server ends the stream. */
  readonly closed: AbortSignal;
  /** Ends the stream after what was sent; the reader will reconnect and resume, after `retryMs` when told. */
  end(retryMs?: number): void;
};

/** Bytes that may wait for a slow reader beyond the frame being sent; more, and it is cut and resumes. */
const maxUnsentBytes = 256 * 1024;
/** Frames that waited go out together up to this, so that thousands of small ones cost one write. */
const sentAtOnceBytes = 64 * 1024;
/** A reader that takes nothing at all for this long is cut: it may be gone, and holds a place and what waits for it. */
const stalledMs = 60_000;
/** Time between heartbeats; the contract promises 15 s at most. */
const heartbeatMs = 10_000;
/** What a browser waits before it reconnects. */
const retryMs = 1_000;

export const sseHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
} as const;

type Waiting = { text: string; bytes: number };

/** Takes over a response and writes frames to its socket, one write at a time: what waits for a slow reader is counted here. */
export function openSse(response: ServerResponse, headers: Record<string, string>): SseConnection {
  const closing = new AbortController();
  let waiting: Waiting[] = [];
  let waitingBytes = 0;
  /** The largest frame that waits may be as large as an answer; it does not count against a reader who keeps up. */
  let largestBytes = 0;
  /** When the write under way began; undefined while the reader has taken everything. */
  let sendingSinceMs: number | undefined;
  const roomSeekers: (() => void)[] = [];

  response.writeHead(200, { ...headers, ...sseHeaders });
  response.on('close', close);
  response.on('error', close);
  const heartbeat = setInterval(() => {
    if (sendingSinceMs !== undefined && performance.now() - sendingSinceMs > stalledMs) cut();
    else write(': still here\n\n');
  }, heartbeatMs);
  write(`retry: ${retryMs}\n\n`);

  function close(): void {
    clearInterval(heartbeat);
    waiting = [];
    closing.abort();
    for (const seeker of roomSeekers.splice(0)) seeker();
  }

  function cut(): void {
    response.destroy();
    close();
  }

  function write(text: string): void {
    if (closing.signal.aborted) return;
    if (waitingBytes - largestBytes > maxUnsentBytes) return cut();
    const bytes = Buffer.byteLength(text);
    waiting.push({ text, bytes });
    waitingBytes += bytes;
    largestBytes = Math.max(largestBytes, bytes);
    if (sendingSinceMs === undefined) sendWaiting();
  }

  function sendWaiting(): void {
    sendingSinceMs = performance.now();
    let bytes = 0;
    let count = 0;
    for (const each of waiting) {
      if (count > 0 && bytes + each.bytes > sentAtOnceBytes) break;
      bytes += each.bytes;
      count += 1;
    }
    const sent = waiting.splice(0, count);
    waitingBytes -= bytes;
    largestBytes = waiting.reduce((largest, each) => Math.max(largest, each.bytes), 0);
    response.write(sent.map((each) => each.text).join(''), taken);
  }

  function taken(error?: Error | null): void {
    if (error) close();
    if (closing.signal.aborted) return;
    sendingSinceMs = undefined;
    if (waiting.length > 0) sendWaiting();
    else admitSeeker();
  }

  /** One at a time: what it sends takes the room that the next one waits for. */
  function admitSeeker(): void {
    if (sendingSinceMs !== undefined) return;
    roomSeekers.shift()?.();
    if (roomSeekers.length > 0) setImmediate(admitSeeker);
  }

  return {
    send: (frame) => write(encodeFrame(frame)),
    room() {
      if (closing.signal.aborted || (sendingSinceMs === undefined && roomSeekers.length === 0)) return undefined;
      return new Promise((resolve) => roomSeekers.push(resolve));
    },
    closed: closing.signal,
    end(comeBackMs) {
      if (closing.signal.aborted) return;
      const unsent = waiting.map((each) => each.text).join('');
      response.end(comeBackMs === undefined ? unsent : `${unsent}retry: ${comeBackMs}\n\n`);
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
