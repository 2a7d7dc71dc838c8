import { type Actor, byOf } from '../../access/actor.ts';
import { chartColumns, type Usage, type UsageChart, type UsageQuery } from '../../contract/usage.ts';
import { csvLine } from '../csv.ts';
import { readUsage, type UsagePorts } from './read-usage.ts';

/** One chart's numbers as CSV; the export is on record before anything is read. */
export async function exportUsage(
  ports: UsagePorts,
  actor: Actor,
  { chart, ...query }: UsageQuery & { chart: UsageChart },
): Promise<string> {
  await ports.store.write.noteUsageExport({
    asked: { chart, by: 'day', ...query },
    at: ports.clock.now(),
    by: byOf(actor),
  });
  return csvOf(await readUsage(ports, query), chart);
}

/** Pure. */
function csvOf({ by, rows, prices }: Usage, chart: UsageChart): string {
  const columns = chartColumns[chart];
  const money = chart === 'cost' ? ['currency'] : [];
  const named = by === 'day' ? ['day'] : [`${by}_id`, `${by}_name`];
  const head = csvLine([...named, ...columns.map(({ name }) => name), ...money]);
  const lines = rows.map((row) =>
    csvLine([
      row.key,
      ...(by === 'day' ? [] : [row.name]),
      ...columns.map((column) => column.of(row)),
      ...money.map(() => prices?.currency ?? null),
    ]),
  );
  return [head, ...lines].join('');
}
