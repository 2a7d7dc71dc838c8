import { Link } from '@tanstack/react-router';
import { ChevronRight, Search, Trash2 } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import type { SessionRow } from '../../src/contract/sessions.ts';
import { t } from '../i18n/translate.ts';
import { ariaKeys } from '../shortcuts/key-names.ts';
import { shortcuts } from '../shortcuts/shortcuts.ts';
import { Button } from '../ui/button.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { VirtualList } from '../ui/virtual-list.tsx';
import { MessageHits } from './message-hits.tsx';
import { SessionLine } from './session-line.tsx';
import { SessionTagFilter } from './session-tag-filter.tsx';
import { useSessionRows } from './use-session-rows.ts';
import { useSettled } from './use-settled.ts';

/** My sessions: pinned, then by activity, then archived. More load as the end comes into view. */
export function SessionList({ search }: { search?: RefObject<HTMLInputElement | null> }) {
  const [q, setQ] = useState('');
  const [tag, setTag] = useState('');
  const asked = useSettled(q.trim(), 250);
  const { query, rows } = useSessionRows(asked, tag);

  return (
    <>
      <search className="relative px-3 pb-1">
        <Search aria-hidden className="absolute top-2.5 start-5.5 size-4 text-faint" />
        <input
          ref={search}
          type="search"
          aria-keyshortcuts={ariaKeys(shortcuts.findSession.keys)}
          value={q}
          onChange={(event) => setQ(event.target.value)}
          placeholder={t('Search sessions')}
          aria-label={t('Search sessions')}
          className="h-9 w-full rounded-lg border border-transparent bg-transparent pe-2 ps-8.5 text-sm placeholder:text-faint hover:bg-hover focus:border-line-strong focus:bg-surface"
        />
      </search>
      <SessionTagFilter chosen={tag} onChoose={setTag} />
      <div data-pane className="min-h-40 flex-1 overflow-y-auto px-2 pb-3">
        <div>
          {query.isPending && <Skeleton lines={6} className="p-3" />}
          {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="m-1" />}
          {rows && (
            <Groups
              rows={rows}
              searching={asked !== '' || tag !== ''}
              none={asked === '' ? t('No session matches.') : t('No title matches.')}
              isWhole={!query.hasNextPage}
            >
              {query.hasNextPage && <More busy={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />}
            </Groups>
          )}
          {asked !== '' && tag === '' && <MessageHits q={asked} />}
          <Link
            to="/sessions/bin"
            className="mt-3 flex min-h-8 items-center gap-1.5 rounded-lg px-2.5 text-xs font-medium text-muted hover:bg-hover hover:text-ink"
          >
            <Trash2 aria-hidden className="size-3.5" /> {t('Deleted sessions')}
          </Link>
        </div>
      </div>
    </>
  );
}

function Groups({ rows, searching, none, isWhole, children }: GroupsProps) {
  const [showsArchived, setShowsArchived] = useState(searching);
  const { pinned, recent, archived } = useMemo(() => grouped(rows), [rows]);
  if (rows.length === 0) {
    return (
      <p className="px-3 py-6 text-sm text-muted">
        {searching ? none : t('No sessions yet. Start one and ask something.')}
      </p>
    );
  }
  return (
    <>
      {pinned.length > 0 && (
        <Group name={t('Pinned', {}, 'sessions')} label={t('Pinned sessions')} rows={pinned} isWhole={isWhole} />
      )}
      {recent.length > 0 && (
        <Group name={t('Recent', {}, 'sessions')} label={t('Recent sessions')} rows={recent} isWhole={isWhole} />
      )}
      {archived.length > 0 && (
        <details
          open={searching}
          onToggle={(event) => setShowsArchived(event.currentTarget.open)}
          className="group mt-3"
        >
          <summary className="flex list-none items-center gap-1 rounded-lg px-2.5 py-1 text-xs font-medium text-muted hover:text-ink">
            <ChevronRight
              aria-hidden
              className="size-3.5 transition-transform group-open:rotate-90 rtl:-scale-x-100 rtl:group-open:-rotate-90"
            />
            {t('Archived ({count})', { count: archived.length }, 'sessions')}
          </summary>
          {showsArchived && <Lines rows={archived} isWhole={isWhole} />}
        </details>
      )}
      {children}
    </>
  );
}

const grouped = (rows: readonly SessionRow[]) => ({
  pinned: rows.filter((row) => row.pinned && !row.archived),
  recent: rows.filter((row) => !row.pinned && !row.archived),
  archived: rows.filter((row) => row.archived),
});

type GroupsProps = {
  rows: SessionRow[];
  searching: boolean;
  /** Said of a search that finds none. */
  none: string;
  /** No more sessions are to come. */
  isWhole: boolean;
  children: ReactNode;
};

function Group({ name, label, ...lines }: { name: string; label: string } & LinesProps) {
  return (
    <section aria-label={label} className="mt-2">
      <h2 className="px-2.5 py-1 text-xs font-medium text-muted">{name}</h2>
      <Lines {...lines} />
    </section>
  );
}

const Lines = ({ rows, isWhole }: LinesProps) => (
  <VirtualList items={rows} keyOf={idOf} rowPx={36} isWhole={isWhole} rowClass="group/line relative">
    {(row) => <SessionLine row={row} />}
  </VirtualList>
);

type LinesProps = { rows: SessionRow[]; isWhole: boolean };

const idOf = (row: SessionRow) => row.session_id;

/** Asks for the next page before it comes into view; a button for those who do not scroll. */
function More({ busy, onMore }: { busy: boolean; onMore(): void }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current || busy) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) onMore();
      },
      { root: place.current.closest('[data-pane]'), rootMargin: '100% 0px' },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [busy, onMore]);
  return (
    <div ref={place} className="p-2">
      <Button look="quiet" className="w-full" busy={busy} onClick={onMore}>
        {busy ? t('Loading…') : t('Show more')}
      </Button>
    </div>
  );
}
