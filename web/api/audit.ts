import { type AuditFilters, auditChainState, auditList } from '../../src/contract/audit.ts';
import { call, queryString } from './client.ts';

const path = '/api/admin/audit';

export const listAudit = (query: AuditFilters & { cursor?: string | undefined; limit?: number }, signal: AbortSignal) =>
  call(auditList, 'GET', `${path}${queryString(query)}`, { signal });
export const fetchChain = (signal: AbortSignal) => call(auditChainState, 'GET', `${path}/chain`, { signal });
/** Where the browser gets the log as a file. */
export const auditExportAddress = (filters: AuditFilters, format: 'csv' | 'jsonl') =>
  `${path}/export${queryString({ ...filters, format })}`;
