import { type ModelPrices, type UsageChart, type UsageQuery, usageReport } from '../../src/contract/usage.ts';
import { call, command, queryString } from './client.ts';

/** What was used in a range of days. */
export const fetchUsage = (query: UsageQuery, signal: AbortSignal) =>
  call(usageReport, 'GET', `/api/admin/usage${queryString(query)}`, { signal });
/** Where the browser gets one chart's numbers as a file. */
export const usageExportAddress = (query: UsageQuery, chart: UsageChart) =>
  `/api/admin/usage/export${queryString({ ...query, chart })}`;
export const putModelPrices = (body: ModelPrices) => command('PUT', '/api/admin/usage/prices', { body });
