import { Agent, type IncomingMessage, request } from 'node:http';

/** A person's program that speaks to the server over kept connections. */
export type BenchClient = {
  /** Undefined before it signed in. */
  readonly token: string | undefined;
  get(path: string): Promise<unknown>;
  post(path: string, body?: unknown): Promise<unknown>;
  upload(path: string, body: string | Uint8Array, contentType: string): Promise<unknown>;
  /** Opens a session's stream; `onData` gets each event's data as it comes. */
  follow(sessionId: string, onData: (event: StreamData) => void): Promise<() => void>;
};

export type StreamData = { type: string; turn_id?: string; state?: string; payload?: { state?: string } };

export async function signIn(url: URL, username: string, password: string): Promise<BenchClient> {
  const login = (await clientOf(url).post('/api/auth/login', { username, password })) as { access_token: string };
  return clientOf(url, login.access_token);
}

/** With a token it acts as that person. */
function clientOf(url: URL, token?: string): BenchClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };

  function send(
    method: string,
    path: string,
    more: Record<string, string>,
    body?: string | Uint8Array,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const options = { agent, method, path, hostname: url.hostname, port: url.port, headers: { ...headers, ...more } };
      const sent = request(options, resolve);
      sent.once('error', reject);
      sent.end(body);
    });
  }

  return {
    token,
    get: async (path) => read(await send('GET', path, {}), path),
    post: async (path, body) => {
      const more: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
      return read(await send('POST', path, more, body === undefined ? undefined : JSON.stringify(body)), path);
    },
    upload: async (path, body, contentType) =>
      read(await send('POST', path, { 'content-type': contentType }, body), path),
    async follow(sessionId, onData) {
      const path = `/api/sessions/${sessionId}/events?after=0`;
      const message = await send('GET', path, { accept: 'text/event-stream' });
      if (message.statusCode !== 200) throw new Error(`${path}: ${message.statusCode}`);
      let rest = '';
      message.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line.startsWith('data:')) onData(JSON.parse(line.slice(5)) as StreamData);
      });
      message.on('error', () => undefined);
      return () => message.destroy();
    },
  };
}

async function read(message: IncomingMessage, what: string): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  if ((message.statusCode ?? 500) >= 400) throw new Error(`${what}: ${message.statusCode} ${text.slice(0, 300)}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** The state a streamed event tells, if it tells one. */
export function stateIn(event: StreamData): string | undefined {
  return event.type === 'turn_state' ? (event.state ?? event.payload?.state) : undefined;
}
