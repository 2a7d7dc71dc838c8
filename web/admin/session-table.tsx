import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AdminSessionRow } from '../../src/contract/admin.ts';
import { number } from '../i18n/numbers.ts';
import { named, rich, t } from '../i18n/translate.ts';
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
    <TableFrame label={t('Sessions')}>
      <thead className="text-start text-xs whitespace-nowrap text-muted">
        <tr className="border-b border-line *:px-1.5 *:py-2 *:font-medium">
          <th className="w-8 ps-3!">
            <input
              type="checkbox"
              aria-label={t('Select all on this page')}
              className={checkbox}
              checked={all}
              onChange={() => onChosen(all ? new Set() : new Set(open.map((row) => row.session_id)))}
            />
          </th>
          <th>{t('Session')}</th>
          {columns.has('username') && <th>{t('Username')}</th>}
          <th>{t('Title')}</th>
          <th>{t('State')}</th>
          {columns.has('messages') && <th className="text-end">{t('Messages')}</th>}
          {columns.has('queries') && <th className="text-end">{t('Queries')}</th>}
          {columns.has('agent') && <th>{t('Agent')}</th>}
          {columns.has('last_activity') && <th>{t('Last activity')}</th>}
          {columns.has('created') && <th>{t('Created')}</th>}
          <th className="sr-only">{t('Actions')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr
            key={row.session_id}
            data-session={row.session_id}
            className="border-b border-line last:border-0 *:px-1.5 *:py-1.5"
          >
            <td className="ps-3!">
              {row.is_active && (
                <input
                  type="checkbox"
                  aria-label={t('Select session {id}', { id: row.session_id.slice(0, 8) })}
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
                <CopyButton text={row.session_id} label={t('Copy session id')} className="size-7! [&_svg]:size-3.5!" />
              </span>
            </td>
            {columns.has('username') && (
              <td className="max-w-40 truncate">
                {row.username || <span className="text-muted">{t('(program)')}</span>}
              </td>
            )}
            <td className="max-w-40 min-w-28 truncate" title={named(row.title)}>
              <Link to="/admin/sessions/$sessionId" params={{ sessionId: row.session_id }} className="link">
                {named(row.title) || t('Untitled')}
              </Link>
            </td>
            <td className="whitespace-nowrap">
              <State row={row} />
            </td>
            {columns.has('messages') && <td className="text-end tabular-nums">{number(row.chat_messages)}</td>}
            {columns.has('queries') && <td className="text-end tabular-nums">{number(row.user_queries)}</td>}
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
              <RowAction onClick={() => onRead(row)}>
                {rich('Read…<hidden> session {id}</hidden>', { hidden, id: row.session_id.slice(0, 8) })}
              </RowAction>
              {row.running && (
                <RowAction onClick={() => onStop(row.session_id)}>
                  {rich('Stop<hidden> session {id}</hidden>', { hidden, id: row.session_id.slice(0, 8) })}
                </RowAction>
              )}
              {row.is_active && (
                <RowAction onClick={() => onClose(row.session_id)}>
                  {rich('Close<hidden> session {id}</hidden>', { hidden, id: row.session_id.slice(0, 8) })}
                </RowAction>
              )}
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

const RowAction = ({ onClick, children }: { onClick(): void; children: ReactNode }) => (
  <Button look="quiet" className="min-h-8! py-1!" onClick={onClick}>
    {children}
  </Button>
);

const hidden = (inner: ReactNode) => <span className="sr-only">{inner}</span>;

function State({ row }: { row: AdminSessionRow }) {
  if (row.running) {
    return (
      <span className="inline-flex items-center gap-1.5 rounded-full bg-accent-soft px-2 py-0.5 text-xs font-medium text-accent">
        <span aria-hidden className="size-1.5 animate-pulse rounded-full bg-accent" /> {t('Running')}
      </span>
    );
  }
  return (
    <>
      {row.is_active ? (
        <span>{t('Active', {}, 'session')}</span>
      ) : (
        <span className="text-muted">{t('Closed', {}, 'session')}</span>
      )}
      {row.newest_turn === 'queued' && <span className="block text-xs text-muted">{t('waiting')}</span>}
      {(row.newest_turn === 'failed' || row.newest_turn === 'interrupted') && (
        <span className="block text-xs text-danger">{t('no answer')}</span>
      )}
      {row.imported_at && (
        <span
          className="block text-xs text-muted"
          title={t('Brought back from an export {time}', { time: exactTime(Date.parse(row.imported_at)) })}
        >
          {t('imported')}
        </span>
      )}
      {row.temporary_until && (
        <span
          className="block text-xs text-muted"
          title={t('Erased by itself {time}', { time: exactTime(Date.parse(row.temporary_until)) })}
        >
          {t('temporary')}
        </span>
      )}
    </>
  );
}
