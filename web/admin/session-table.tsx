import { Link } from '@tanstack/react-router';
import type { AdminSessionRow } from '../../src/contract/admin.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Moment } from '../ui/moment.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { exactTime } from '../ui/time-words.ts';
import type { OptionalColumn } from './session-columns.ts';

const checkbox = 'size-4 align-middle accent-accent';

/** The facts of each session, never what was said in it. */
export function SessionTable({ rows, chosen, columns, onChosen, onRead, onStop, onClose }: SessionTableProps) {
  const open = rows.filter((row) => row.is_active);
  const all = open.length > 0 && open.every((row) => chosen.has(row.session_id));
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChosen(next);
  };
  return (
    <TableFrame label="Sessions">
      <thead className="text-start text-xs whitespace-nowrap text-muted">
        <tr className="border-b border-line *:px-1.5 *:py-2 *:font-medium">
          <th className="w-8 pl-3!">
            <input
              type="checkbox"
              aria-label="Select all on this page"
              className={checkbox}
              checked={all}
              onChange={() => onChosen(all ? new Set() : new Set(open.map((row) => row.session_id)))}
            />
          </th>
          <th>Session</th>
          {columns.has('username') && <th>Username</th>}
          <th>Title</th>
          <th>State</th>
          {columns.has('messages') && <th className="text-end">Messages</th>}
          {columns.has('queries') && <th className="text-end">Queries</th>}
          {columns.has('agent') && <th>Agent</th>}
          {columns.has('last_activity') && <th>Last activity</th>}
          {columns.has('created') && <th>Created</th>}
          <th className="sr-only">Actions</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr
            key={row.session_id}
            data-session={row.session_id}
            className="border-b border-line last:border-0 *:px-1.5 *:py-1.5"
          >
            <td className="pl-3!">
              {row.is_active && (
                <input
                  type="checkbox"
                  aria-label={`Select session ${row.session_id.slice(0, 8)}`}
                  className={checkbox}
                  checked={chosen.has(row.session_id)}
                  onChange={() => toggle(row.session_id)}
                />
              )}
            </td>
            <td>
              <span className="inline-flex items-center gap-0.5">
                <span title={row.session_id} className="font-mono text-xs">
                  {row.session_id.slice(0, 8)}
                </span>
                <CopyButton text={row.session_id} label="Copy session id" className="size-7! [&_svg]:size-3.5!" />
              </span>
            </td>
            {columns.has('username') && (
              <td className="max-w-40 truncate">{row.username || <span className="text-muted">(program)</span>}</td>
            )}
            <td className="max-w-40 min-w-28 truncate" title={row.title}>
              <Link to="/admin/sessions/$sessionId" params={{ sessionId: row.session_id }} className="link">
                {row.title || 'Untitled'}
              </Link>
            </td>
            <td className="whitespace-nowrap">
              <State row={row} />
            </td>
            {columns.has('messages') && <td className="text-end tabular-nums">{row.chat_messages.toLocaleString()}</td>}
            {columns.has('queries') && <td className="text-end tabular-nums">{row.user_queries.toLocaleString()}</td>}
            {columns.has('agent') && <td className="whitespace-nowrap">{row.agent_name}</td>}
            {columns.has('last_activity') && (
              <td>
                <Moment at={row.last_activity} />
              </td>
            )}
            {columns.has('created') && (
              <td>
                <Moment at={row.created_at} className="text-muted" />
              </td>
            )}
            <td className="text-end whitespace-nowrap">
              <RowAction verb="Read…" row={row} onClick={() => onRead(row)} />
              {row.running && <RowAction verb="Stop" row={row} onClick={onStop} />}
              {row.is_active && <RowAction verb="Close" row={row} onClick={onClose} />}
            </td>
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}

type SessionTableProps = {
  rows: AdminSessionRow[];
  chosen: ReadonlySet<string>;
  columns: ReadonlySet<OptionalColumn>;
  onChosen(chosen: ReadonlySet<string>): void;
  onRead(row: AdminSessionRow): void;
  onStop(sessionId: string): void;
  onClose(sessionId: string): void;
};

function RowAction({ verb, row, onClick }: { verb: string; row: AdminSessionRow; onClick(sessionId: string): void }) {
  return (
    <Button look="quiet" className="min-h-8! py-1!" onClick={() => onClick(row.session_id)}>
      {verb}
      <span className="sr-only"> session {row.session_id.slice(0, 8)}</span>
    </Button>
  );
}

function State({ row }: { row: AdminSessionRow }) {
  if (row.running) {
    return (
      <span className="inline-flex items-center gap-1.5 rounded-full bg-accent-soft px-2 py-0.5 text-xs font-medium text-accent">
        <span aria-hidden className="size-1.5 animate-pulse rounded-full bg-accent" /> Running
      </span>
    );
  }
  return (
    <>
      {row.is_active ? <span>Active</span> : <span className="text-muted">Closed</span>}
      {row.newest_turn === 'queued' && <span className="block text-xs text-muted">waiting</span>}
      {(row.newest_turn === 'failed' || row.newest_turn === 'interrupted') && (
        <span className="block text-xs text-danger">no answer</span>
      )}
      {row.imported_at && (
        <span
          className="block text-xs text-muted"
          title={`Brought back from an export ${exactTime(Date.parse(row.imported_at))}`}
        >
          imported
        </span>
      )}
      {row.temporary_until && (
        <span
          className="block text-xs text-muted"
          title={`Erased by itself ${exactTime(Date.parse(row.temporary_until))}`}
        >
          temporary
        </span>
      )}
    </>
  );
}
