import type { SessionRow } from '../../src/contract/sessions.ts';
import { leaveSession } from '../api/sharing.ts';
import { t } from '../i18n/translate.ts';
import { sessionTitle } from '../sessions/session-title.ts';
import { useTakenOut } from '../sessions/use-taken-out.ts';
import { Confirm } from '../ui/dialog.tsx';

type LeaveSessionProps = {
  row: Pick<SessionRow, 'session_id' | 'title' | 'sharing'>;
  open: boolean;
  onOpenChange(open: boolean): void;
};

/** Takes oneself out of a session of somebody else. */
export function LeaveSession({ row, open, onOpenChange }: LeaveSessionProps) {
  const title = sessionTitle(row);
  const owner = row.sharing?.owner_name;
  const takeOut = useTakenOut();
  const leave = async () => {
    await leaveSession(row.session_id);
    await takeOut(row.session_id);
  };
  return (
    <Confirm
      open={open}
      onOpenChange={onOpenChange}
      title={t('Leave this session?')}
      action={t('Leave session')}
      onConfirm={leave}
    >
      {owner === undefined
        ? t(
            '“{title}” leaves your list, and what you asked there and has no answer yet stops. ' +
              'What you wrote stays. Only its owner can let you in again.',
            { title },
          )
        : t(
            '“{title}” leaves your list, and what you asked there and has no answer yet stops. ' +
              'What you wrote stays. Only {owner} can let you in again.',
            { title, owner },
          )}
    </Confirm>
  );
}
