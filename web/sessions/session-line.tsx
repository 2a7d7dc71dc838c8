import { Link } from '@tanstack/react-router';
import {
  Archive,
  ArchiveRestore,
  Download,
  Ellipsis,
  Hourglass,
  LogOut,
  Pencil,
  Pin,
  PinOff,
  Tag,
  Trash2,
  UserPlus,
  Users,
} from 'lucide-react';
import { memo, useState } from 'react';
import type { SessionRow } from '../../src/contract/sessions.ts';
import type { Sharing } from '../../src/contract/sharing.ts';
import { patchSession } from '../api/sessions.ts';
import { said, t } from '../i18n/translate.ts';
import { IconButton } from '../ui/button.tsx';
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx';
import { dayAndTime } from '../ui/time-words.ts';
import { LineDialog, type LineDialogKind } from './line-dialog.tsx';
import { sessionTitle } from './session-title.ts';

/** One session in the list, with its menu. */
export const SessionLine = memo(function SessionLine({ row }: { row: SessionRow }) {
  const [dialog, setDialog] = useState<LineDialogKind>();
  const [problem, setProblem] = useState('');
  const isOwner = (row.sharing?.access ?? 'owner') === 'owner';
  const patch = (changes: { pinned?: boolean; archived?: boolean }) => {
    setProblem('');
    patchSession(row.session_id, changes).catch((error: unknown) =>
      setProblem(error instanceof Error ? said(error.message) : t('That did not work.')),
    );
  };
  return (
    <>
      <Link
        to="/sessions/$sessionId"
        params={{ sessionId: row.session_id }}
        className="flex min-h-9 items-center gap-2 rounded-lg py-1 pe-10 ps-2.5 text-sm hover:bg-hover"
        activeProps={{ className: 'bg-hover font-medium' }}
      >
        {row.running && (
          <span className="size-2 shrink-0 animate-pulse rounded-full bg-accent">
            <span className="sr-only">{t('Answering')}. </span>
          </span>
        )}
        {row.temporary_until && (
          <span title={t('Temporary')} className="shrink-0 text-muted">
            <Hourglass aria-hidden className="size-3.5" />
            <span className="sr-only">{t('Temporary')}. </span>
          </span>
        )}
        {row.kept_until && goesSoon(row.kept_until) && (
          <span title={goesWords(row.kept_until)} className="shrink-0 text-muted">
            <Hourglass aria-hidden className="size-3.5" />
            <span className="sr-only">{goesWords(row.kept_until)}. </span>
          </span>
        )}
        {row.sharing && (
          <span title={sharedTitle(row.sharing)} className="shrink-0 text-muted">
            <Users aria-hidden className="size-3.5" />
            <span className="sr-only">{sharedTitle(row.sharing)}. </span>
          </span>
        )}
        <span className={row.is_active ? 'truncate' : 'truncate text-muted line-through'}>{sessionTitle(row)}</span>
      </Link>
      <div className="absolute top-0 end-0.5 opacity-0 group-focus-within/line:opacity-100 group-hover/line:opacity-100 has-data-[state=open]:opacity-100 pointer-coarse:opacity-100">
        <Menu
          trigger={
            <IconButton label={t('Actions for {name}', { name: sessionTitle(row) })}>
              <Ellipsis aria-hidden />
            </IconButton>
          }
        >
          {row.is_active && isOwner && (
            <>
              <MenuItem onSelect={() => setDialog('rename')}>
                <Pencil aria-hidden /> {t('Rename')}
              </MenuItem>
              <MenuItem onSelect={() => setDialog('tags')}>
                <Tag aria-hidden /> {t('Tags…')}
              </MenuItem>
              <MenuItem onSelect={() => patch({ pinned: !row.pinned })}>
                {row.pinned ? <PinOff aria-hidden /> : <Pin aria-hidden />} {row.pinned ? t('Unpin') : t('Pin')}
              </MenuItem>
              <MenuItem onSelect={() => patch({ archived: !row.archived })}>
                {row.archived ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />}{' '}
                {row.archived ? t('Take out of the archive') : t('Archive')}
              </MenuItem>
            </>
          )}
          <MenuItem onSelect={() => setDialog('share')}>
            {isOwner ? <UserPlus aria-hidden /> : <Users aria-hidden />} {isOwner ? t('Share…') : t('Who has it…')}
          </MenuItem>
          <MenuItem onSelect={() => setDialog('export')}>
            <Download aria-hidden /> {t('Export…')}
          </MenuItem>
          <MenuLine />
          {isOwner ? (
            <MenuItem danger onSelect={() => setDialog('delete')}>
              <Trash2 aria-hidden /> {t('Delete')}
            </MenuItem>
          ) : (
            <MenuItem danger onSelect={() => setDialog('leave')}>
              <LogOut aria-hidden /> {t('Leave')}
            </MenuItem>
          )}
        </Menu>
      </div>
      {problem !== '' && (
        <p role="alert" className="px-2.5 pb-1 text-xs text-danger">
          {problem}
        </p>
      )}
      {dialog !== undefined && <LineDialog kind={dialog} row={row} onClose={() => setDialog(undefined)} />}
    </>
  );
});

const soonMs = 14 * 86_400_000;
const goesSoon = (until: string) => Date.parse(until) - Date.now() < soonMs;
const goesWords = (until: string) => t('Erased {when} unless it is used or pinned', { when: dayAndTime(until) });

const sharedTitle = ({ access, owner_name }: Sharing) =>
  access === 'owner' ? t('Shared', {}, 'session') : t('Shared by {name}', { name: owner_name }, 'session');
