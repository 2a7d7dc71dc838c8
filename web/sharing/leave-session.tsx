import type { SessionRow } from '../../src/contract/sessions.ts';
import { leaveSession } from '../api/sharing.ts';
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
  const takeOut = useTakenOut();
  const leave = async () => {
    await leaveSession(row.session_id);
    await takeOut(row.session_id);
  };
  return (
    <Confirm
      open={open}
      onOpenChange={onOpenChange}
      title="Leave this session?"
      action="Leave session"
      onConfirm={leave}
    >
      “{sessionTitle(row)}” leaves your list, and what you asked there and has no answer yet stops. What you wrote
      stays. Only {row.sharing?.owner_name ?? 'its owner'} can let you in again.
    </Confirm>
  );
}
