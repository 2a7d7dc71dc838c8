import { invalidateSessions } from '../api/admin.ts';
import { t } from '../i18n/translate.ts';
import { Confirm } from '../ui/dialog.tsx';

/** Ends sessions: their answers stop, nothing more can be asked in them, and what was said stays. */
export function InvalidateSessions({ sessionIds, onClose, onDone }: InvalidateSessionsProps) {
  const count = sessionIds?.length ?? 0;
  return (
    <Confirm
      open={sessionIds !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title={t('{count, plural, one {Close this session?} other {Close these # sessions?}}', { count })}
      action={t('{count, plural, one {Close session} other {Close # sessions}}', { count })}
      onConfirm={async () => {
        if (sessionIds) await invalidateSessions(sessionIds);
        onDone();
      }}
    >
      {t(
        'Answers under way stop, and nobody can go on with {count, plural, one {this session} other {these # sessions}}. ' +
          'What was said stays and can be read by its owner.',
        { count },
      )}
    </Confirm>
  );
}

type InvalidateSessionsProps = { sessionIds: string[] | undefined; onClose(): void; onDone(): void };
