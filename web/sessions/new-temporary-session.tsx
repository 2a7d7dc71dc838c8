import { Hourglass } from 'lucide-react';
import { hoursOrDays } from '../retention/kept-words.ts';
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
        <Hourglass aria-hidden className="size-4" /> New temporary session
      </Button>
      <p className="mt-1.5 text-sm text-muted">
        It is erased after {hoursOrDays(temporary)}, and your search does not find it. Administrators see it in their
        list like any other.
      </p>
      {newSession.error && <Failure error={newSession.error} className="mt-4" />}
    </div>
  );
}
