import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { delay } from '../../clock.ts';
import { type ChatRequest, type FakeAnswer, planAnswer, type RecordedRequest } from './fake-answers.ts';

/** An OpenAI-compatible endpoint on 127.0.0.1 that answers as told and keeps what it was asked.
 *  Another process steers it by `POST /_control {always?, next?}` and reads `GET /_control/requests`. */
export class FakeOpenAiServer {
  /** The base URL of the chat completions; it stays the same after `close`. */
  url = '';
  readonly requests: RecordedRequest[] = [];
  /** The models it tells of. */
  serves: readonly string[] = ['scripted'];
  /** Headers of those who asked for its models. */
  readonly listings: IncomingHttpHeaders[] = [];
  /** Connections that were ever made to it. */
  connections = 0;
  readonly #server: Server;
  readonly #closing = new AbortController();
  #always: FakeAnswer | ((request: RecordedRequest) => FakeAnswer);
  #next: FakeAnswer[] = [];
  #finish = new AbortController();

  private constructor(always: FakeAnswer) {
    this.#always = always;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) =>
        response.destroy(error instanceof Error ? error : undefined),
      );
    });
  }

  /** Listens on a free port, or on the one given. */
  static async start(always: FakeAnswer = {}, port = 0): Promise<FakeOpenAiServer> {
    const fake = new FakeOpenAiServer(always);
    fake.#server.on('connection', () => (fake.connections += 1));
    await new Promise<void>((resolve, reject) => {
      fake.#server.once('error', reject);
      fake.#server.listen(port, '127.0.0.1', resolve);
    });
    const address = fake.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The fake server has no port.');
    fake.url = `http://127.0.0.1:${address.port}/v1`;
    return fake;
  }

  /** How every request is answered that `next` does not answer. */
  always(answer: FakeAnswer | ((request: RecordedRequest) => FakeAnswer)): void {
    this.#always = answer;
  }

  /** How the next requests are answered, one each, in order. */
  next(...answers: FakeAnswer[]): void {
    this.#next.push(...answers);
  }

  /** Closes the connections that serve no request now. */
  dropConnections(): void {
    this.#server.closeIdleConnections();
  }

  /** The answers that stream now end as if their text ended here. */
  finish(): void {
    this.#finish.abort();
    this.#finish = new AbortController();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readBody(request);
    if (request.url?.startsWith('/_control')) return this.#control(request, response, text);
    if (request.method === 'GET') return this.#list(request, response);
    const body: ChatRequest = JSON.parse(text);
    const recorded: RecordedRequest = { path: request.url ?? '', headers: request.headers, body, aborted: false };
    this.requests.push(recorded);
    const left = new AbortController();
    response.on('close', () => {
      recorded.aborted = !response.writableFinished;
      left.abort();
    });
    const answer = this.#next.shift() ?? (typeof this.#always === 'function' ? this.#always(recorded) : this.#always);
    const stops = { left: AbortSignal.any([left.signal, this.#closing.signal]), finish: this.#finish.signal };
    await sendAnswer(answer, body, response, stops);
  }

  #list(request: IncomingMessage, response: ServerResponse): void {
    this.listings.push(request.headers);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ object: 'list', data: this.serves.map((id) => ({ id, object: 'model' })) }));
  }

  #control(request: IncomingMessage, response: ServerResponse, text: string): void {
    if (request.method === 'POST') {
      const told: { always?: FakeAnswer; next?: FakeAnswer[] } = JSON.parse(text);
      if (told.always) this.#always = told.always;
      if (told.next) this.#next.push(...told.next);
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ requests: this.requests }));
  }
}

async function sendAnswer(
  answer: FakeAnswer,
  request: ChatRequest,
  response: ServerResponse,
  { left, finish }: { left: AbortSignal; finish: AbortSignal },
): Promise<void> {
  if (answer.firstByteDelayMs) await delay(answer.firstByteDelayMs, left);
  if (left.aborted) return;
  if (answer.raw) return sendRaw(answer, answer.raw, response, left);
  if (answer.status !== undefined || answer.body !== undefined) {
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body ?? JSON.stringify({ error: { message: `status ${answer.status}` } }));
    return;
  }
  const { pieces, toolCalls } = planAnswer(answer, request);
  const send = (data: unknown) => response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
  const choice = (delta: unknown, finish: string | null = null) =>
    send({ id: 'fake', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] });

  response.writeHead(200, { 'content-type': 'text/event-stream', ...answer.headers });
  response.flushHeaders();
  for (let i = 0; i < (answer.comments ?? 0); i++) {
    response.write(': still thinking\n\n');
    await delay(answer.pieceDelayMs ?? 0, left);
  }
  if (answer.stamped) return sendStamps(choice, answer.pieceDelayMs ?? 0, left);
  for (let sent = 0; sent <= pieces.length; sent++) {
    if (answer.stallAfter === sent) return waitUntil(left);
    if (answer.cutAfter === sent) return cut(response, left);
    if (answer.garbageAfter === sent) send('{"choices": [{"delta": {"content": "broken');
    if (answer.errorAfter?.pieces === sent) send({ error: answer.errorAfter.error });
    if (sent === pieces.length || left.aborted || finish.aborted) break;
    if (answer.pieceDelayMs) await delay(answer.pieceDelayMs, left);
    choice(sent === 0 ? { role: 'assistant', content: pieces[sent] } : { content: pieces[sent] });
  }
  sendToolCalls(toolCalls, choice);
  if (!answer.endsEarly) {
    choice({}, toolCalls.length > 0 ? 'tool_calls' : 'stop');
    send({ id: 'fake', choices: [], usage: answer.usage ?? { prompt_tokens: 10, completion_tokens: pieces.length } });
    send('[DONE]');
  }
  response.end();
}

async function sendRaw(
  { status = 200, headers, pieceDelayMs = 0 }: FakeAnswer,
  { items, forever = false }: NonNullable<FakeAnswer['raw']>,
  response: ServerResponse,
  left: AbortSignal,
): Promise<void> {
  response.writeHead(status, { 'content-type': 'text/event-stream', ...headers });
  response.flushHeaders();
  let isOver = items.length === 0;
  while (!isOver) {
    for (const item of items) {
      if (left.aborted) return;
      // Who sends without end must wait for whoever reads.
      const hasRoom = response.write(Buffer.from(item, 'base64'));
      if (!hasRoom)
        await Promise.race([once(response, 'drain', { signal: left }).catch(() => undefined), waitUntil(left)]);
      if (pieceDelayMs > 0) await delay(pieceDelayMs, left);
    }
    isOver = !forever;
  }
  response.end();
}

/** A piece is due by the clock, however late the one before it was. */
async function sendStamps(choice: (delta: unknown) => void, everyMs: number, left: AbortSignal): Promise<void> {
  const startedMs = performance.now();
  for (let sent = 0; !left.aborted; sent++) {
    choice({ content: ` t${process.hrtime.bigint().toString(36).padStart(10, '0')}` });
    await delay(Math.max(0, startedMs + (sent + 1) * everyMs - performance.now()), left);
  }
}

/** Cuts once what was written has had time to leave: a destroyed socket takes its buffer with it. */
async function cut(response: ServerResponse, left: AbortSignal): Promise<void> {
  await delay(20, left);
  response.destroy();
}

/** Names first, then the arguments in two halves, call by call: as providers do for parallel calls. */
function sendToolCalls(calls: NonNullable<FakeAnswer['toolCalls']>, choice: (delta: unknown) => void): void {
  for (const [index, call] of calls.entries()) {
    choice({ tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }] });
  }
  for (const half of [0, 1]) {
    for (const [index, call] of calls.entries()) {
      const middle = Math.ceil(call.arguments.length / 2);
      const text = half === 0 ? call.arguments.slice(0, middle) : call.arguments.slice(middle);
      choice({ tool_calls: [{ index, function: { arguments: text } }] });
    }
  }
}

function waitUntil(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
