import { Link } from '@tanstack/react-router';
import type { AuditRecord } from '../../src/contract/audit.ts';
import { t } from '../i18n/translate.ts';
import { Moment } from '../ui/moment.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { type AuditSearch, readAuditSearch } from './audit-search.ts';
import { auditSentence } from './audit-words.ts';

/** Records in words. Who and what lead to everything about them. */
export function AuditTable({ records }: { records: AuditRecord[] }) {
  return (
    <TableFrame label={t('Audit log')}>
      <thead className="text-start text-xs text-muted">
        <tr className="border-b border-line *:px-4 *:py-2 *:font-medium">
          <th>{t('When')}</th>
          <th>{t('Who')}</th>
          <th>{t('What happened')}</th>
          <th className="text-end">{t('Number')}</th>
        </tr>
      </thead>
      <tbody>
        {records.map((record) => (
          <tr key={record.id} className="border-b border-line align-top last:border-0 *:px-4 *:py-2">
            <td className="text-muted">
              <Moment at={record.at} />
            </td>
            <td className="max-w-40 truncate">
              {record.actor ? (
                <Filter search={{ actor: record.actor.id }}>{record.actor.name ?? record.actor.id.slice(0, 8)}</Filter>
              ) : (
                <Filter search={{ actor: 'server' }}>{t('The server')}</Filter>
              )}
            </td>
            <td className="min-w-56 wrap-anywhere">
              <Sentence record={record} />
            </td>
            <td className="text-end text-muted tabular-nums">{record.chain_no ?? t('not sealed yet')}</td>
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}

function Sentence({ record }: { record: AuditRecord }) {
  return auditSentence(record, ({ kind, id }, words) => (
    <Filter search={readAuditSearch({ object_kind: kind, object_id: id })}>{words}</Filter>
  ));
}

function Filter({ search, children }: { search: AuditSearch; children: string }) {
  return (
    <Link
      to="/admin/audit"
      search={search}
      title={t('Only records about {name}', { name: children })}
      className="rounded font-medium hover:underline"
    >
      {children}
    </Link>
  );
}
