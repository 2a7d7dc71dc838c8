import type { Actor } from '../../access/actor.ts';
import { route } from '../../access/route.ts';
import type { Clock } from '../../clock.ts';
import { auditChainState, auditExportQuery, auditList, auditQuery } from '../../contract/audit.ts';
import type { Store } from '../../store/store.ts';
import { lastAnchor } from './anchor-files.ts';
import { exportAudit } from './export-audit.ts';
import { listAudit } from './list-audit.ts';

const tag = 'Administration';
const access = { action: 'admin.audit.read' } as const;

type AuditPorts = {
  store: Store;
  clock: Clock;
  /** Holds the anchors. */
  dataDir: string;
  /** Whether who came with this credential may still read the log. */
  mayRead(actor: Actor): Promise<boolean>;
};

/** The audit log, as administrators read it and take it out. */
export function auditRoutes(ports: AuditPorts) {
  return [
    route({
      method: 'get',
      path: '/api/admin/audit',
      summary: 'The audit log, newest first',
      tag,
      access,
      query: auditQuery,
      answers: { 200: { description: 'A page of records', schema: auditList } },
      handler: async ({ query }) => ({ status: 200, json: await listAudit(ports, query) }),
    }),
    route({
      method: 'get',
      path: '/api/admin/audit/chain',
      summary: 'How far the audit log is sealed, and the newest anchor outside of the database',
      tag,
      access,
      answers: { 200: { description: 'The state of the chain', schema: auditChainState } },
      async handler() {
        const { count, hash, unsealedSince } = await ports.store.read.auditChain({});
        const json = {
          sealed: count,
          head: count === 0 ? null : hash,
          unsealed_since: unsealedSince,
          last_anchor: (await lastAnchor(ports.dataDir)) ?? null,
        };
        return { status: 200, json };
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/audit/export',
      summary: 'The audit log as a file, newest first; the export is on record',
      tag,
      access,
      query: auditExportQuery,
      unhurried: 'long',
      answers: {
        200: { description: 'JSON lines, or CSV', mediaType: 'application/jsonl', otherMediaTypes: ['text/csv'] },
      },
      async handler({ actor, query: { format = 'jsonl', ...filters } }) {
        const body = await exportAudit(ports, actor, filters, format);
        const headers = {
          'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8',
          'content-disposition': `attachment; filename="perdure-audit.${format}"`,
        };
        return { status: 200, body, headers };
      },
    }),
  ];
}
