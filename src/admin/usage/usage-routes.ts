import { byOf } from '../../access/actor.ts';
import { route } from '../../access/route.ts';
import { modelPrices, usageReport, usageExportQuery, usageQuery } from '../../contract/usage.ts';
import { exportUsage } from './export-usage.ts';
import { readUsage, type UsagePorts } from './read-usage.ts';

const tag = 'Administration';
const reads = { action: 'admin.usage.read' } as const;

/** What was used, and what it costs, for administrators: counts, never content. */
export function adminUsageRoutes(ports: UsagePorts) {
  return [
    route({
      method: 'get',
      path: '/api/admin/usage',
      tag,
      summary:
        'Sessions, turns, tokens, people, latencies and feedback in a range of days, by day, agent, group or corpus.',
      access: reads,
      query: usageQuery,
      answers: { 200: { description: 'Counts of the range, and for each row', schema: usageReport } },
      handler: async ({ query }) => ({ status: 200, json: await readUsage(ports, query) }),
    }),
    route({
      method: 'get',
      path: '/api/admin/usage/export',
      tag,
      summary: 'The numbers of one chart as CSV; the export is on record.',
      access: reads,
      query: usageExportQuery,
      answers: { 200: { description: 'CSV', mediaType: 'text/csv' } },
      handler: async ({ actor, query }) => ({
        status: 200,
        body: await exportUsage(ports, actor, query),
        headers: {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename="perdure-usage-${query.chart.replace('_', '-')}.csv"`,
        },
      }),
    }),
    route({
      method: 'put',
      path: '/api/admin/usage/prices',
      tag,
      summary: 'Set what a million tokens of each model cost, in the place of all prices before.',
      access: { action: 'admin.usage.write' },
      body: modelPrices,
      answers: { 204: { description: 'Set' } },
      async handler({ actor, body }) {
        await ports.store.write.putModelPrices({ prices: body, at: ports.clock.now(), by: byOf(actor) });
        return { status: 204 };
      },
    }),
  ];
}
