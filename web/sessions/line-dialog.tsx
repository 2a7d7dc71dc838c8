import type { SessionRow } from '../../src/contract/sessions.ts';
import { LeaveSession } from '../sharing/leave-session.tsx';
import { ShareSession } from '../sharing/share-session.tsx';
import { ExportSession } from './export-session.tsx';
import { DeleteSession, RenameSession } from './session-dialogs.tsx';
import { TagSession } from './tag-session.tsx';

export type LineDialogKind = 'rename' | 'tags' | 'share' | 'export' | 'leave' | 'delete';

/** What an entry of a session's menu opens. Only there while it is open: a list has many lines. */
export function LineDialog({ kind, row, onClose }: { kind: LineDialogKind; row: SessionRow; onClose(): void }) {
  const opened = {
    row,
    open: true,
    onOpenChange(open: boolean) {
      if (!open) onClose();
    },
  };
  switch (kind) {
    case 'rename':
      return <RenameSession {...opened} />;
    case 'tags':
      return <TagSession row={row} onClose={onClose} />;
    case 'share':
      return <ShareSession row={row} onClose={onClose} />;
    case 'export':
      return <ExportSession {...opened} />;
    case 'leave':
      return <LeaveSession {...opened} />;
    case 'delete':
      return <DeleteSession {...opened} />;
  }
}
