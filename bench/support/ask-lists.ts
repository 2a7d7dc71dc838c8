import { Agent, type IncomingMessage, request } from 'node:http';

export type ListReply = { ms: number; rows: number; total: string; next: string | undefined };

/** Asks for pages over one kept connection. */
export function createListAsker(url: URL, token: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { authorization: `Bearer ${token}` };
  return {
    /** @throws Error for any answer but 200 */
    async ask(path: string): Promise<ListReply> {
      const startedMs = performance.now();
      const message = await new Promise<IncomingMessage>((resolve, reject) => {
        const sent = request({ agent, path, hostname: url.hostname, port: url.port, headers }, resolve);
        sent.once('error', reject);
        sent.end();
      });
      const chunks: Buffer[] = [];
      for await (const chunk of message) chunks.push(chunk as Buffer);
      const ms = performance.now() - startedMs;
      const text = Buffer.concat(chunks).toString('utf8');
      if (message.statusCode !== 200) throw new Error(`${path}: ${message.statusCode} ${text.slice(0, 200)}`);
      const body = JSON.parse(text) as unknown[] | { sessions: unknown[]; next_cursor: string | null };
      const link = /^<([^>]+)>; rel="next"/.exec(String(message.headers.link ?? ''))?.[1];
      const isExceeded = message.headers['x-total-count-exceeded'] === 'true';
      const total = `${String(message.headers['x-total-count'] ?? '')}${isExceeded ? '+' : ''}`;
      if (Array.isArray(body)) return { ms, rows: body.length, total, next: link };
      return { ms, rows: body.sessions.length, total, next: body.next_cursor ?? undefined };
    },
    close: () => agent.destroy(),
  };
}
