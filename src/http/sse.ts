import type { ServerResponse } from 'node:http';

/** One server-sent event. Without data and event it moves only the id. */
export type SseFrame = {
  id?: string;
  event?: string;
  data?: unknown;
  /** Instead of `data`: its JSON, which many connections may be sent. It is not copied while it waits. */
  json?: Buffer;
};

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
/** Frames that waited go out together up to this, so that thousands of small ones cost one write and one copy. */
const sentAtOnceBytes = 64 * 1024;
/** JSON above this is sent from where it lies. */
const copiedBytes = 16 * 1024;
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

/** A frame: its head, then its JSON, if it has any, and the blank line that ends it. */
type Waiting = { head: string; json: Buffer | undefined; bytes: number };

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
    else write({ head: ': still here\n' });
  }, heartbeatMs);
  write({ head: `retry: ${retryMs}\n` });

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

  function write({ head, json }: { head: string; json?: Buffer | undefined }): void {
    if (closing.signal.aborted) return;
    if (waitingBytes - largestBytes > maxUnsentBytes) return cut();
    const bytes = Buffer.byteLength(head) + (json?.length ?? 0) + endOfData.length;
    waiting.push({ head, json, bytes });
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
    const parts = sent.flatMap(partsOf);
    const [first] = sent;
    if (!first?.json || first.json.length <= copiedBytes) {
      response.write(Buffer.concat(parts), taken);
      return;
    }
    response.cork();
    for (const [index, part] of parts.entries()) response.write(part, index === parts.length - 1 ? taken : undefined);
    response.uncork();
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
      if (comeBackMs !== undefined) waiting.push({ head: `retry: ${comeBackMs}\n`, json: undefined, bytes: 0 });
      response.end(Buffer.concat(waiting.flatMap(partsOf)));
      close();
    },
  };
}

const endOfData = Buffer.from('\n\n');
const endOfHead = Buffer.from('\n');

function partsOf({ head, json }: Waiting): Buffer[] {
  return json ? [Buffer.from(head), json, endOfData] : [Buffer.from(head), endOfHead];
}

function encodeFrame({ id, event, data, json }: SseFrame): { head: string; json: Buffer | undefined } {
  let head = '';
  if (id !== undefined) head += `id: ${id}\n`;
  if (event !== undefined) head += `event: ${event}\n`;
  const encoded = json ?? (data === undefined ? undefined : Buffer.from(JSON.stringify(data)));
  return { head: encoded ? `${head}data: ` : head, json: encoded };
}
