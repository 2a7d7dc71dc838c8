import { request } from 'node:http';

/** Follows the administrator's list at one instance: when each session was first told of, by `performance.now()`. */
export function followList(url: URL, token: string): Promise<{ toldMs: ReadonlyMap<string, number>; close(): void }> {
  const toldMs = new Map<string, number>();
  const path = '/api/admin/sessions/events?limit=1&sort=created_at';
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
    const sent = request({ path, hostname: url.hostname, port: url.port, headers }, (message) => {
      if (message.statusCode !== 200) return reject(new Error(`${path}: ${message.statusCode}`));
      let rest = '';
      let event = '';
      message.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (line.startsWith('event:')) event = line.slice(6).trim();
          if (!line.startsWith('data:')) continue;
          if (event === 'snapshot') resolve({ toldMs, close: () => sent.destroy() });
          if (event !== 'row') continue;
          const { session_id } = JSON.parse(line.slice(5)) as { session_id: string };
          if (!toldMs.has(session_id)) toldMs.set(session_id, performance.now());
        }
      });
      message.on('error', () => undefined);
    });
    sent.once('error', reject);
    sent.end();
  });
}
