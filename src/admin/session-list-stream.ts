import type { Actor } from '../access/actor.ts';
import type { Clock } from '../clock.ts';
import type { AdminSessionsQuery } from '../contract/admin.ts';
import type { RowFeed } from '../events/row-feed.ts';
import { watchAccess } from '../events/watch-access.ts';
import type { SseConnection } from '../http/sse.ts';
import type { SessionRecord } from '../store/queries/session-rows.ts';
import type { Store } from '../store/store.ts';
import { filterOf, listAllSessions, matches, toAdminRow } from './session-list.ts';

export type ListStreamPorts = {
  store: Store;
  clock: Clock;
  rows: RowFeed;
  /** Whether this login may still see the list. */
  mayRead(actor: Actor): Promise<boolean>;
};

/** A session's row changes at most 4 times a second on one connection. */
const rowIntervalMs = 250;
/** How often an unchanged list says that it is still true. */
const asOfIntervalMs = 5_000;

/** The administrator's list, live: a snapshot of the asked page, then each session that changes. */
export async function streamSessionList(
  ports: ListStreamPorts,
  actor: Actor,
  query: AdminSessionsQuery,
  connection: SseConnection,
): Promise<void> {
  const filter = filterOf(query);
  const changed = new Map<string, SessionRecord>();
  let ready = false;
  let timer: NodeJS.Timeout | undefined;

  function send(): void {
    timer = undefined;
    for (const record of changed.values()) {
      if (matches(record, filter)) connection.send({ event: 'row', data: toAdminRow(record) });
      else connection.send({ event: 'gone', data: { session_id: record.session_id } });
    }
    changed.clear();
  }

  const unfollow = ports.rows.follow((records) => {
    for (const record of records) changed.set(record.session_id, record);
    if (ready) timer ??= setTimeout(send, rowIntervalMs);
  });
  const unwatch = watchAccess(connection, () => ports.mayRead(actor));
  const asOf = setInterval(
    () => connection.send({ event: 'as_of', data: { as_of: ports.clock.now() } }),
    asOfIntervalMs,
  );
  connection.closed.addEventListener('abort', () => {
    clearTimeout(timer);
    clearInterval(asOf);
    unfollow();
    unwatch();
  });

  connection.send({ event: 'snapshot', data: await listAllSessions(ports, query) });
  ready = true;
  if (changed.size > 0) send();
}
