import type { Actor } from '../../access/actor.ts';
import { route } from '../../access/route.ts';
import { type NowSnapshot, nowSnapshot } from '../../contract/now.ts';
import { watchAccess } from '../../events/watch-access.ts';
import type { SseConnection } from '../../http/sse.ts';
import type { NowFeed } from './now-feed.ts';
import { type NowPorts, readNow } from './read-now.ts';

export type NowRoutePorts = NowPorts & {
  feed: NowFeed;
  /** Whether this login may still see it. */
  mayRead(actor: Actor): Promise<boolean>;
};

const tag = 'Administration';
const access = { action: 'admin.now.read' } as const;

/** What goes on at this moment, for administrators. */
export function nowRoutes(ports: NowRoutePorts) {
  return [
    route({
      method: 'get',
      path: '/api/admin/now',
      tag,
      summary: 'What runs, waits and failed in the last hour, on all instances, and how they are.',
      access,
      answers: { 200: { description: 'As of one moment', schema: nowSnapshot } },
      handler: async () => ({ status: 200, json: await readNow(ports) }),
    }),
    route({
      method: 'get',
      path: '/api/admin/now/events',
      tag,
      summary: 'The same, live: a snapshot at every change, and every five seconds.',
      access,
      unhurried: 'stream',
      answers: { 200: { description: 'Server-sent events', mediaType: 'text/event-stream' } },
      async handler({ actor }) {
        // Before the stream is opened: without a store it is a 503.
        const first = await readNow(ports);
        return { stream: (connection) => streamNow(ports, actor, first, connection) };
      },
    }),
  ];
}

/** Ends when there is no snapshot to be had: whoever comes back is told why. */
function streamNow(ports: NowRoutePorts, actor: Actor, first: NowSnapshot, connection: SseConnection): void {
  const unfollow = ports.feed.follow((now) => {
    if (now) connection.send({ event: 'snapshot', data: now });
    else connection.end();
  });
  const unwatch = watchAccess(connection, () => ports.mayRead(actor));
  connection.closed.addEventListener('abort', () => {
    unfollow();
    unwatch();
  });
  connection.send({ event: 'snapshot', data: first });
}
