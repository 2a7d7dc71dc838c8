import { stopSession } from '../api/admin.ts';
import { Confirm } from '../ui/dialog.tsx';

/** Stops the answer under way in a session and the questions that wait behind it; the session stays open. */
export function StopSession({ sessionId, onClose }: { sessionId: string | undefined; onClose(): void }) {
  return (
    <Confirm
      open={sessionId !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title="Stop the answer in this session?"
      action="Stop answer"
      onConfirm={async () => {
        if (sessionId !== undefined) await stopSession(sessionId);
      }}
    >
      The answer under way ends here, and questions that wait behind it are not answered. The text so far stays, and the
      session can be gone on with.
    </Confirm>
  );
}
