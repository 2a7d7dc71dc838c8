import { type Actor, byOf } from '../access/actor.ts';
import type { Clock } from '../clock.ts';
import type { AdminSessionRow, AdminSessionsQuery } from '../contract/admin.ts';
import { AppError } from '../errors.ts';
import type { Keyset } from '../store/queries/session-lists.ts';
import type { Store } from '../store/store.ts';
import { csvLine } from './csv.ts';
import { filterOf, placeOf, toAdminRow } from './session-list.ts';

const rowsAtOnce = 500;

/** Every session that fits the filters as CSV, in the list's order, in pieces as they are read; the export is on record before its first
 *  byte, and whoever may no longer read the list gets no further piece. A session that moves in the order while it is read may come twice or not at all. */
export async function exportSessions(
  { store, clock, mayRead }: { store: Store; clock: Clock; mayRead(actor: Actor): Promise<boolean> },
  actor: Actor,
  query: Omit<AdminSessionsQuery, 'limit' | 'cursor'>,
): Promise<ReadableStream<Uint8Array>> {
  const filter = filterOf(query);
  const sort = query.sort ?? 'last_activity';
  await store.write.noteSessionsExport({ ...filter, sort, at: clock.now(), by: byOf(actor) });
  const { q, ...stretch } = filter;
  const encoder = new TextEncoder();
  let after: Keyset | undefined;
  let isFirst = true;
  return new ReadableStream({
    async pull(controller) {
      if (!(await mayRead(actor))) throw new AppError('unauthenticated');
      const page = { ...stretch, sort, limit: rowsAtOnce, ...(after && { after }) };
      const records =
        q === undefined
          ? await store.scan.adminSessions(page)
          : (await store.scan.sessionsByText({ ...page, q, upTo: rowsAtOnce + 1 })).records;
      const lines = records.map((record) => {
        const row = toAdminRow(record);
        return csvLine(columns.map((name) => row[name]));
      });
      if (isFirst) lines.unshift(csvLine(columns));
      isFirst = false;
      if (lines.length > 0) controller.enqueue(encoder.encode(lines.join('')));
      const last = records.at(-1);
      if (last) after = placeOf(last, sort);
      if (records.length < rowsAtOnce) controller.close();
    },
  });
}

const columns = [
  'session_id',
  'username',
  'title',
  'is_active',
  'running',
  'newest_turn',
  'chat_messages',
  'user_queries',
  'agent_id',
  'agent_name',
  'created_at',
  'last_activity',
  'imported_at',
] as const satisfies readonly (keyof AdminSessionRow)[];
