import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import type { AuditRecord } from '../../src/contract/audit.ts';
import { auditExportAddress, listAudit } from '../api/audit.ts';
import { t } from '../i18n/translate.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { AuditFilterBar } from './audit-filters.tsx';
import { toAuditFilters } from './audit-search.ts';
import { AuditTable } from './audit-table.tsx';
import { ChainSign } from './chain-sign.tsx';
import { ForAdministrators } from './for-administrators.tsx';

const route = getRouteApi('/shell/admin/audit');
const pageSize = 50;
const linkLook =
  'inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 py-1.5 text-sm font-medium whitespace-nowrap hover:bg-hover';

export function AdminAuditPage() {
  useTitle(t('Audit log'));
  return (
    <ForAdministrators>
      <Audit />
    </ForAdministrators>
  );
}

function Audit() {
  const search = route.useSearch();
  const filters = toAuditFilters(search);
  const { cursor, ...newest } = search;
  const query = useQuery({
    queryKey: ['audit', 'list', search],
    queryFn: ({ signal }) => listAudit({ ...filters, cursor, limit: pageSize }, signal),
    placeholderData: keepPreviousData,
  });
  const records = query.data?.records;
  const next = query.data?.next_cursor ?? undefined;
  return (
    <>
      <PageHeader title={t('Audit log')}>
        <ChainSign />
      </PageHeader>
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        <AuditFilterBar search={search} nameOf={(id) => nameIn(records ?? [], id)} />
        {query.isPending && <Skeleton lines={8} />}
        {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-3" />}
        {records?.length === 0 && <Empty title={t('No record matches.')}>{t('Remove a filter to see more.')}</Empty>}
        {records && records.length > 0 && <AuditTable records={records} />}
        <div className="mt-3 flex flex-wrap items-center gap-2 text-sm">
          <Export label={t('Export CSV')} href={auditExportAddress(filters, 'csv')} />
          <Export label={t('Export JSON')} href={auditExportAddress(filters, 'jsonl')} />
          <nav aria-label={t('Pages', {}, 'navigation')} className="ms-auto flex gap-2">
            {cursor !== undefined && (
              <Link to="/admin/audit" search={newest} className={linkLook}>
                {t('Newest')}
              </Link>
            )}
            {next !== undefined && (
              <Link to="/admin/audit" search={{ ...search, cursor: next }} className={linkLook}>
                {t('Older')}
              </Link>
            )}
          </nav>
        </div>
      </main>
    </>
  );
}

function Export({ label, href }: { label: string; href: string }) {
  return (
    <a href={href} download className={linkLook}>
      <Download aria-hidden className="size-4" /> {label}
    </a>
  );
}

function nameIn(records: readonly AuditRecord[], id: string): string {
  const named = records.flatMap(({ actor, object, related }) => [actor, object, related]);
  return named.find((each) => each?.id === id)?.name ?? id.slice(0, 8);
}
