import { connect, type Socket } from 'node:net';
import { createParser } from 'eventsource-parser';
import type { Client } from '../client.ts';

/** What a stream had sent before it was over: its whole frames. */
export type Taken = { status: number; frames: { id: string; data: unknown }[]; bytes: number };

/** A reader that asks for a session's stream and then takes nothing: the system takes what fits its sockets, and no more. */
export class StalledReader {
  readonly sessionId: string;
  /** The seq it asked to begin after. */
  readonly after: number;
  readonly #socket: Socket;

  private constructor(sessionId: string, after: number, socket: Socket) {
    this.sessionId = sessionId;
    this.after = after;
    this.#socket = socket;
  }

  static async open(client: Client, sessionId: string, after: number): Promise<StalledReader> {
    const { hostname, port } = client.url;
    const socket = connect(Number(port), hostname).pause();
    socket.on('error', () => undefined);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const headers = { host: hostname, accept: 'text/event-stream', ...client.headers() };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET /api/sessions/${sessionId}/events?after=${after} HTTP/1.1\r\n${lines.join('')}\r\n`);
    return new StalledReader(sessionId, after, socket);
  }

  /** Reads at last, up to the end of the connection. */
  async take(): Promise<Taken> {
    const chunks: Buffer[] = [];
    this.#socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    const over = new Promise((resolve) => this.#socket.once('close', resolve));
    this.#socket.resume();
    await over;
    const bytes = Buffer.concat(chunks);
    const headEnd = bytes.indexOf('\r\n\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(bytes.toString('latin1', 0, 20))?.[1] ?? 0);
    return { status, frames: framesOf(unchunked(bytes.subarray(headEnd + 4))), bytes: bytes.length };
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** The body of a chunked answer, which may be cut anywhere. */
function unchunked(body: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const lineEnd = body.indexOf('\r\n', at);
    if (lineEnd < 0) break;
    const length = Number.parseInt(body.toString('latin1', at, lineEnd), 16);
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
  return Buffer.concat(parts).toString('utf8');
}

function framesOf(text: string): Taken['frames'] {
  const frames: Taken['frames'] = [];
  let last = '';
  const parser = createParser({
    onId: (id) => (last = id),
    onEvent: ({ data }) => frames.push({ id: last, data: JSON.parse(data) }),
  });
  parser.feed(text);
  return frames;
}
