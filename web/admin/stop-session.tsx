import { stopSession } from '../api/admin.ts';
import { t } from '../i18n/translate.ts';
import { Confirm } from '../ui/dialog.tsx';

/** Stops the answer under way in a session and the questions that wait behind it; the session stays open. */
export function StopSession({ sessionId, onClose }: { sessionId: string | undefined; onClose(): void }) {
  return (
    <Confirm
      open={sessionId !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title={t('Stop the answer in this session?')}
      action={t('Stop answer')}
      onConfirm={async () => {
        if (sessionId !== undefined) await stopSession(sessionId);
      }}
    >
      {t(
        'The answer under way ends here, and questions that wait behind it are not answered. The text so far stays, and the session can be gone on with.',
      )}
    </Confirm>
  );
}
