import { type Agent, type IncomingHttpHeaders, request } from 'node:http';

export type RawReply = { status: number; headers: IncomingHttpHeaders; text: string } | 'cut';

/** A stream is read until its first bytes came. */
const maxStreamBytes = 1;
const patienceMs = 60_000;

/** Sends a request exactly as it is given: method, path and headers in order, doubled ones too.
 *  @returns what was answered; `cut` when the connection ended without an answer
 *  @throws Error when nothing was answered in time */
export function sendRaw(
  url: URL,
  agent: Agent,
  sent: { method: string; path: string; headers: readonly (readonly [string, string])[]; body?: Uint8Array },
): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const headers = sent.headers.flatMap(([name, value]) => [name, value]);
    if (!sent.headers.some(([name]) => name === 'host')) headers.unshift('host', url.host);
    if (sent.body) headers.push('content-length', String(sent.body.length));
    const { hostname, port } = url;
    const outgoing = request({
      agent,
      hostname,
      port,
      method: sent.method,
      path: sent.path,
      headers,
      timeout: patienceMs,
    });
    outgoing.once('timeout', () => {
      reject(new Error('No answer in time'));
      outgoing.destroy();
    });
    outgoing.once('error', () => resolve('cut'));
    outgoing.once('response', (message) => {
      const isStream = message.headers['content-type']?.startsWith('text/event-stream') ?? false;
      const chunks: Buffer[] = [];
      const done = () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: message.statusCode ?? 0, headers: message.headers, text });
      };
      message.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (isStream && chunk.length >= maxStreamBytes) message.destroy();
      });
      message.once('close', done);
      message.on('error', done);
    });
    outgoing.end(sent.body);
  });
}
