import { getRouteApi } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { AdminSessionRow, AdminSessionStatus, AdminSessionsQuery } from '../../src/contract/admin.ts';
import { sessionsExportAddress } from '../api/admin.ts';
import { browserStorage } from '../api/browser-storage.ts';
import { rich, t } from '../i18n/translate.ts';
import { useSettled } from '../sessions/use-settled.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { Button } from '../ui/button.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { ColumnMenu } from './column-menu.tsx';
import { ForAdministrators } from './for-administrators.tsx';
import { InvalidateSessions } from './invalidate-sessions.tsx';
import { LiveSign } from './live-sign.tsx';
import { ReadSession } from './read-session.tsx';
import { readColumns, storeColumns } from './session-columns.ts';
import { SessionFilters } from './session-filters.tsx';
import { SessionTable } from './session-table.tsx';
import type { SessionsSearch } from './sessions-search.ts';
import { StopSession } from './stop-session.tsx';
import { useLiveSessions } from './use-live-sessions.ts';

export function AdminSessionsPage() {
  useTitle(t('All sessions'));
  return (
    <ForAdministrators>
      <Sessions />
    </ForAdministrators>
  );
}

const pageSize = 50;
const route = getRouteApi('/shell/admin/sessions');
const linkLook =
  'inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 py-1.5 text-sm font-medium whitespace-nowrap hover:bg-hover';

function Sessions() {
  const search = route.useSearch();
  /** The cursors of the pages before this one; the first page has none. */
  const [cursors, setCursors] = useState<string[]>([]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [columns, setColumns] = useState(() => readColumns(browserStorage('localStorage')));
  const [closing, setClosing] = useState<string[]>();
  const [stopping, setStopping] = useState<string>();
  const [reading, setReading] = useState<AdminSessionRow>();
  const q = useSettled(search.q, 300);

  const cursor = cursors.at(-1);
  const { q: _, ...others } = search;
  const query: AdminSessionsQuery = {
    status: 'active',
    sort: 'last_activity',
    ...others,
    limit: pageSize,
    ...(q !== undefined && { q }),
    ...(cursor !== undefined && { cursor }),
  };
  const { page, state, error } = useLiveSessions(query);
  const rows = page?.rows ?? [];
  const selected = rows.filter((row) => chosen.has(row.session_id) && row.is_active);

  return (
    <>
      <PageHeader title={t('All sessions')}>
        <LiveSign state={state} asOf={page?.asOf} />
      </PageHeader>
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        <SessionFilters
          search={search}
          onChange={() => {
            setCursors([]);
            setChosen(new Set());
          }}
        >
          {selected.length > 0 && (
            <Button look="danger" onClick={() => setClosing(selected.map((row) => row.session_id))}>
              {t('Close {count, number} selected', { count: selected.length })}
            </Button>
          )}
          <p className="ms-auto text-sm text-muted" aria-live="off">
            {page && <Total total={page.total} exceeded={page.totalExceeded} />}
          </p>
        </SessionFilters>
        {error && !error.passing && <Failure error={error} className="mb-3" />}
        {!page && !error && <Skeleton lines={8} />}
        {!page && error?.passing && <Failure error={error} className="mb-3" />}
        {page && rows.length === 0 && (
          <Empty title={isNarrowed(search) ? t('No session matches.') : t('No sessions of this kind.')}>
            {isNarrowed(search) ? t('Remove a filter to see more.') : emptyWords[query.status ?? 'active']}
          </Empty>
        )}
        {rows.length > 0 && (
          <SessionTable
            rows={rows}
            chosen={chosen}
            columns={columns}
            onChosen={setChosen}
            onRead={setReading}
            onStop={setStopping}
            onClose={(id) => setClosing([id])}
          />
        )}
        <div className="mt-3 flex flex-wrap items-center gap-2 text-sm">
          <a href={sessionsExportAddress(search)} download className={linkLook}>
            <Download aria-hidden className="size-4" /> {t('Export CSV')}
          </a>
          <ColumnMenu
            columns={columns}
            onChange={(next) => {
              setColumns(next);
              storeColumns(browserStorage('localStorage'), next);
            }}
          />
          <nav aria-label={t('Pages', {}, 'navigation')} className="ms-auto flex items-center gap-2">
            <Button disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
              {t('Newer')}
            </Button>
            <span className="text-muted">{t('Page {page}', { page: cursors.length + 1 })}</span>
            <Button
              disabled={!page?.nextCursor}
              onClick={() => page?.nextCursor && setCursors([...cursors, page.nextCursor])}
            >
              {t('Older')}
            </Button>
          </nav>
        </div>
      </main>
      <ReadSession row={reading} onClose={() => setReading(undefined)} />
      <StopSession sessionId={stopping} onClose={() => setStopping(undefined)} />
      <InvalidateSessions
        sessionIds={closing}
        onClose={() => setClosing(undefined)}
        onDone={() => setChosen(new Set())}
      />
    </>
  );
}

const isNarrowed = ({ q, username, agent_id }: SessionsSearch) =>
  q !== undefined || username !== undefined || agent_id !== undefined;

const emptyWords: Readonly<Record<AdminSessionStatus, string>> = {
  active: t('A session appears here the moment somebody starts it.'),
  running: t('A session appears here while a question in it is being answered.'),
  waiting: t('A session appears here while a question in it waits to be answered.'),
  failed: t('A session appears here when its newest question got no answer.'),
  archived: t('A session appears here when its owner archives it.'),
  inactive: t('A session appears here when an administrator closes it.'),
  deleted: t('A session appears here when its owner deletes it.'),
  all: t('A session appears here the moment somebody starts it.'),
};

function Total({ total, exceeded }: { total: number; exceeded: boolean }) {
  return exceeded
    ? rich('<b>over {total, number}</b> sessions', { total, b: strong })
    : rich('{total, plural, one {<b>#</b> session} other {<b>#</b> sessions}}', { total, b: strong });
}

const strong = (inner: ReactNode) => <span className="font-medium text-ink tabular-nums">{inner}</span>;
