import { invalidateSessions } from '../api/admin.ts';
import { Confirm } from '../ui/dialog.tsx';

/** Ends sessions: their answers stop, nothing more can be asked in them, and what was said stays. */
export function InvalidateSessions({ sessionIds, onClose, onDone }: InvalidateSessionsProps) {
  const count = sessionIds?.length ?? 0;
  const many = count === 1 ? 'this session' : `these ${count} sessions`;
  return (
    <Confirm
      open={sessionIds !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title={`Close ${many}?`}
      action={count === 1 ? 'Close session' : `Close ${count} sessions`}
      onConfirm={async () => {
        if (sessionIds) await invalidateSessions(sessionIds);
        onDone();
      }}
    >
      Answers under way stop, and nobody can go on with {many}. What was said stays and can be read by its owner.
    </Confirm>
  );
}

type InvalidateSessionsProps = { sessionIds: string[] | undefined; onClose(): void; onDone(): void };
