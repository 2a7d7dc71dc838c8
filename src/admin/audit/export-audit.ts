import { type Actor, byOf } from '../../access/actor.ts';
import type { Clock } from '../../clock.ts';
import type { AuditFilters } from '../../contract/audit.ts';
import { AppError } from '../../errors.ts';
import type { AuditRow } from '../../store/queries/audit-records.ts';
import type { Store } from '../../store/store.ts';
import { csvLine } from '../csv.ts';
import { toFilter } from './list-audit.ts';

type Format = 'jsonl' | 'csv';

const rowsAtOnce = 500;

/** Every record that fits the filters, newest first, in pieces as they are read; the export is on record before its first byte, and
 *  whoever may no longer read it gets no further piece. `facts` is
 *  the very text that was chained, so that whoever has the whole log can follow the chain without the store. */
export async function exportAudit(
  ports: { store: Store; clock: Clock; mayRead(actor: Actor): Promise<boolean> },
  actor: Actor,
  filters: AuditFilters,
  format: Format,
): Promise<ReadableStream<Uint8Array>> {
  const { store, clock, mayRead } = ports;
  const given = Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const filter = Object.fromEntries(given);
  await store.write.noteAuditExport({ format, filter, at: clock.now(), by: byOf(actor) });
  const encoder = new TextEncoder();
  let before: { at: string; position: number } | undefined;
  let isFirst = true;
  return new ReadableStream({
    async pull(controller) {
      if (!(await mayRead(actor))) throw new AppError('unauthenticated');
      const rows = await store.scan.auditRecords({
        ...toFilter(filters),
        ...(before && { before }),
        limit: rowsAtOnce,
      });
      const head = isFirst && format === 'csv' ? csvLine(columns) : '';
      isFirst = false;
      const text = rows.map((row) => (format === 'csv' ? csvLine(columns.map((name) => row[name])) : jsonLine(row)));
      if (head !== '' || text.length > 0) controller.enqueue(encoder.encode(head + text.join('')));
      const last = rows.at(-1);
      if (last) before = { at: last.at, position: last.position };
      if (rows.length < rowsAtOnce) controller.close();
    },
  });
}

const columns = [
  'position',
  'at',
  'actor_user_id',
  'action',
  'object_kind',
  'object_id',
  'facts',
  'personal',
  'chain_no',
  'chain_hash',
] as const satisfies readonly (keyof AuditRow)[];

function jsonLine(row: AuditRow): string {
  return `${JSON.stringify(Object.fromEntries(columns.map((name) => [name, row[name]])))}\n`;
}
