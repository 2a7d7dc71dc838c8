import { useState } from 'react';
import {
  type AdminSessionRow,
  type AdminSessionsQuery,
  adminSessionSort,
  adminSessionStatus,
} from '../../src/contract/admin.ts';
import { useSettled } from '../sessions/use-settled.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { Button } from '../ui/button.tsx';
import { Select, TextInput } from '../ui/field.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { ForAdministrators } from './for-administrators.tsx';
import { InvalidateSessions } from './invalidate-sessions.tsx';
import { LiveSign } from './live-sign.tsx';
import { ReadSession } from './read-session.tsx';
import { SessionTable } from './session-table.tsx';
import { StopSession } from './stop-session.tsx';
import { useLiveSessions } from './use-live-sessions.ts';

export function AdminSessionsPage() {
  useTitle('All sessions');
  return (
    <ForAdministrators>
      <Sessions />
    </ForAdministrators>
  );
}

const pageSize = 50;
type Filter = {
  status: 'active' | 'inactive' | 'deleted' | 'all';
  sort: 'last_activity' | 'created_at' | 'chat_messages';
};

function Sessions() {
  const [search, setSearch] = useState('');
  const [filter, setFilter] = useState<Filter>({ status: 'active', sort: 'last_activity' });
  /** The cursors of the pages before this one; the first page has none. */
  const [cursors, setCursors] = useState<string[]>([]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [closing, setClosing] = useState<string[]>();
  const [stopping, setStopping] = useState<string>();
  const [reading, setReading] = useState<AdminSessionRow>();
  const q = useSettled(search.trim(), 300);

  const cursor = cursors.at(-1);
  const query: AdminSessionsQuery = {
    ...filter,
    limit: pageSize,
    ...(q !== '' && { q }),
    ...(cursor !== undefined && { cursor }),
  };
  const { page, state, error } = useLiveSessions(query);
  const change = (next: Partial<Filter>) => {
    setFilter({ ...filter, ...next });
    setCursors([]);
    setChosen(new Set());
  };
  const rows = page?.rows ?? [];
  const selected = rows.filter((row) => chosen.has(row.session_id) && row.is_active);

  return (
    <>
      <PageHeader title="All sessions">
        <LiveSign state={state} asOf={page?.asOf} />
      </PageHeader>
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        <div className="mb-3 flex flex-wrap items-center gap-2">
          <TextInput
            type="search"
            aria-label="Search by title or username"
            placeholder="Search title or username"
            value={search}
            onChange={(event) => {
              setSearch(event.target.value);
              setCursors([]);
            }}
            className="w-full! sm:w-64!"
          />
          <Select
            aria-label="Status"
            value={filter.status}
            onChange={(event) => change({ status: adminSessionStatus.parse(event.target.value) })}
          >
            <option value="active">Active</option>
            <option value="inactive">Closed</option>
            <option value="deleted">Deleted</option>
            <option value="all">All</option>
          </Select>
          <Select
            aria-label="Order"
            value={filter.sort}
            onChange={(event) => change({ sort: adminSessionSort.parse(event.target.value) })}
          >
            <option value="last_activity">Last activity first</option>
            <option value="created_at">Newest first</option>
            <option value="chat_messages">Most messages first</option>
          </Select>
          {selected.length > 0 && (
            <Button look="danger" onClick={() => setClosing(selected.map((row) => row.session_id))}>
              Close {selected.length} selected
            </Button>
          )}
          <p className="ml-auto text-sm text-muted" aria-live="off">
            {page && <Total total={page.total} exceeded={page.totalExceeded} />}
          </p>
        </div>
        {error && !error.passing && <Failure error={error} className="mb-3" />}
        {!page && !error && <Skeleton lines={8} />}
        {!page && error?.passing && <Failure error={error} className="mb-3" />}
        {page && rows.length === 0 && (
          <Empty title={q === '' ? 'No sessions of this kind.' : 'No session matches.'}>
            {q === '' && 'A session appears here the moment somebody starts it.'}
          </Empty>
        )}
        {rows.length > 0 && (
          <SessionTable
            rows={rows}
            chosen={chosen}
            onChosen={setChosen}
            onRead={setReading}
            onStop={setStopping}
            onClose={(id) => setClosing([id])}
          />
        )}
        <nav aria-label="Pages" className="mt-3 flex items-center justify-end gap-2 text-sm">
          <Button disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
            Newer
          </Button>
          <span className="text-muted">Page {cursors.length + 1}</span>
          <Button
            disabled={!page?.nextCursor}
            onClick={() => page?.nextCursor && setCursors([...cursors, page.nextCursor])}
          >
            Older
          </Button>
        </nav>
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

function Total({ total, exceeded }: { total: number; exceeded: boolean }) {
  return (
    <>
      <span className="font-medium text-ink tabular-nums">
        {exceeded ? 'over ' : ''}
        {total.toLocaleString()}
      </span>{' '}
      {total === 1 && !exceeded ? 'session' : 'sessions'}
    </>
  );
}
