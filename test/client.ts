import assert from 'node:assert/strict';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { ZodType } from 'zod';
import { type Problem, problem } from '../src/contract/common.ts';
import { SseReader } from './sse-reader.ts';

export type Reply = { status: number; headers: IncomingHttpHeaders; text: string; bytes: Buffer };

export type CallOptions = {
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is, with no content type of its own. */
  body?: string | Uint8Array;
  headers?: Record<string, string>;
  /** Instead of the client's own; `null` sends none. */
  token?: string | null;
};

/** One connection a request: a server that was killed and started again leaves no dead socket behind. */
const onceEach = new Agent({ keepAlive: false });

/** Connections are kept for the next request, as browsers do. */
export const keptConnections = () => new Agent({ keepAlive: true });

/** Speaks HTTP to one server. Paths go out as they are written, so that odd ones arrive. */
export class Client {
  readonly url: URL;
  readonly token: string | null;
  readonly #agent: Agent;

  constructor(url: URL, token: string | null = null, agent = onceEach) {
    this.url = url;
    this.token = token;
    this.#agent = agent;
  }

  get(path: string, options?: CallOptions): Promise<Reply> {
    return this.call('GET', path, options);
  }

  post(path: string, json?: unknown, options?: CallOptions): Promise<Reply> {
    return this.call('POST', path, { ...(json !== undefined && { json }), ...options });
  }

  put(path: string, json?: unknown): Promise<Reply> {
    return this.call('PUT', path, { ...(json !== undefined && { json }) });
  }

  patch(path: string, json: unknown): Promise<Reply> {
    return this.call('PATCH', path, { json });
  }

  delete(path: string): Promise<Reply> {
    return this.call('DELETE', path);
  }

  async call(method: string, path: string, options: CallOptions = {}): Promise<Reply> {
    const body = options.json === undefined ? options.body : JSON.stringify(options.json);
    const headers = this.headers(options);
    if (options.json !== undefined) headers['content-type'] ??= 'application/json';
    return readAll(await this.#send(method, path, headers, body));
  }

  /** Opens a stream and records what it sends. The reply is an SseReader, or the refusal. */
  async open(path: string, options: CallOptions = {}): Promise<SseReader | Reply> {
    const message = await this.#send('GET', path, { accept: 'text/event-stream', ...this.headers(options) });
    const isStream = message.headers['content-type']?.startsWith('text/event-stream') ?? false;
    return isStream ? new SseReader(message) : readAll(message);
  }

  /** The stream, which must open. */
  async stream(path: string, options: CallOptions = {}): Promise<SseReader> {
    const opened = await this.open(path, options);
    if (!(opened instanceof SseReader)) throw new Error(`No stream at ${path}: ${opened.status} ${opened.text}`);
    return opened;
  }

  headers(options: CallOptions = {}): Record<string, string> {
    const token = options.token === undefined ? this.token : options.token;
    return { ...(token !== null && { authorization: `Bearer ${token}` }), ...options.headers };
  }

  #send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Uint8Array,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.url;
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const options = { agent: this.#agent, hostname, port, method, path, headers: { ...length, ...headers } };
      const sent = request(options, resolve);
      // A kept connection may be closed while it is taken for the next request: as browsers do, that one is sent again.
      sent.once('error', (error) =>
        sent.reusedSocket ? resolve(this.#send(method, path, headers, body)) : reject(error),
      );
      sent.end(body);
    });
  }
}

async function readAll(message: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return { status: message.statusCode ?? 0, headers: message.headers, text: bytes.toString('utf8'), bytes };
}

/** The body of an answer that must have this status and exactly this shape.
 *  @throws AssertionError with the answer, when it has not */
export function answered<T>(reply: Reply, status: number, schema: ZodType<T>): T {
  checkHead(reply, status, /^application\/json/);
  return schema.parse(JSON.parse(reply.text));
}

/** An error answer: problem+json of the contract's shape, that gives nothing away.
 *  @throws AssertionError with the answer, when it is not */
export function refused(reply: Reply, status: number, code?: string): Problem {
  checkHead(reply, status, /^application\/problem\+json$/);
  const body = problem.parse(JSON.parse(reply.text));
  assert.equal(body.status, status);
  if (code !== undefined) assert.equal(body.code, code);
  assert.doesNotMatch(body.detail, leaks);
  return body;
}

function checkHead({ status, headers, text }: Reply, wanted: number, type: RegExp): void {
  assert.equal(status, wanted, `answered ${status}, not ${wanted}: ${text.slice(0, 600)}`);
  assert.match(headers['content-type'] ?? '', type);
}

/** Paths, SQL and stacks have no place in an answer. */
const leaks =
  /(?:\/(?:home|root|usr|tmp|var|work)\/|node:|\bat .*:\d+:\d+|SQLITE|select .* from|\.ts\b|user_sessions)/i;
