import { Hourglass } from 'lucide-react';
import { t } from '../i18n/translate.ts';
import { useKeptFor } from '../retention/use-kept-for.ts';
import { Button } from '../ui/button.tsx';
import { Failure } from '../ui/states.tsx';
import { useNewSession } from './use-new-session.ts';

/** Opens a session that goes by itself, and says what that means before it is there. */
export function NewTemporarySession({ agentId }: { agentId: string }) {
  const { temporary } = useKeptFor();
  const newSession = useNewSession({ temporary: true, agentId });
  return (
    <div className="mt-3">
      <Button look="plain" busy={newSession.isPending} onClick={() => newSession.mutate()}>
        <Hourglass aria-hidden className="size-4" /> {t('New temporary session')}
      </Button>
      <p className="mt-1.5 text-sm text-muted">
        {t(
          'It is erased after {days, plural, =1 {24 hours} other {# days}}, and your search does not find it. ' +
            'Administrators see it in their list like any other.',
          { days: temporary },
        )}
      </p>
      {newSession.error && <Failure error={newSession.error} className="mt-4" />}
    </div>
  );
}
