import { request } from 'node:http';
import type { Client, Reply } from './client.ts';
import { waitFor } from './wait-for.ts';

/** A request that its server has begun with, and whose body is not whole. */
export type HalfSent = {
  /** Sends more of the body, and leaves it open. */
  more(piece: string): void;
  /** Sends the rest; gives the answer. */
  finish(rest?: string): Promise<Reply>;
  /** The answer, should it come before the body is whole. */
  readonly answer: Promise<Reply>;
  destroy(): void;
};

/** Sends the head of a request and its body but for the last byte, and waits until the server has it under way.
 *  @param openEnded  the server is not told how much comes, and nothing is held back */
export async function sendHalf(
  client: Client,
  method: string,
  path: string,
  body: string,
  { headers = {}, openEnded = false }: { headers?: Record<string, string>; openEnded?: boolean } = {},
): Promise<HalfSent> {
  const before = await underWay(client);
  const { hostname, port } = client.url;
  const length = openEnded ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const sent = request({
    agent: false,
    hostname,
    port,
    method,
    path,
    headers: { 'content-type': 'application/json', ...client.headers(), ...length, ...headers },
  });
  const answer = new Promise<Reply>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (message) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('error', reject);
      message.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: message.statusCode ?? 0, headers: message.headers, text: bytes.toString('utf8'), bytes });
      });
    });
  });
  answer.catch(() => undefined);
  const held = openEnded ? '' : body.slice(-1);
  sent.write(openEnded ? body : body.slice(0, -1));
  await waitFor('the request under way', async () => (await underWay(client)) > before);
  return {
    more: (piece) => void sent.write(piece),
    finish(rest = held) {
      sent.end(rest);
      return answer;
    },
    answer,
    destroy: () => void sent.destroy(),
  };
}

/** How many requests the server has under way; this one is not counted. */
export async function underWay(client: Client): Promise<number> {
  const { text } = await client.get('/metrics', { token: null });
  return Number(/^perdure_requests_under_way (\d+)$/m.exec(text)?.[1]);
}
