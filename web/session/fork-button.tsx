import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { GitFork } from 'lucide-react';
import { useRef } from 'react';
import { newClientId } from '../api/new-client-id.ts';
import { forkSession } from '../api/sessions.ts';
import { t } from '../i18n/translate.ts';
import { sessionsKey } from '../shell/use-fresh-data.ts';
import { IconButton } from '../ui/button.tsx';

/** Opens a new session that begins as a copy of this one up to an answer. One that was not heard to be made is asked for under the same id. */
export function ForkButton({ sessionId, turnId, busy, run, className }: ForkButtonProps) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const clientForkId = useRef<string>(undefined);
  const fork = async () => {
    clientForkId.current ??= newClientId();
    const { session_id } = await forkSession(sessionId, { turn_id: turnId, client_fork_id: clientForkId.current });
    clientForkId.current = undefined;
    // The feed begins anew with another session, and a row that changes in between may not come by it.
    void queryClient.invalidateQueries({ queryKey: [sessionsKey] });
    await navigate({ to: '/sessions/$sessionId', params: { sessionId: session_id } });
  };
  return (
    <IconButton
      label={t('Go on from here in a new session')}
      aria-disabled={busy || undefined}
      className={className}
      onClick={() => !busy && void run(fork)}
    >
      <GitFork aria-hidden />
    </IconButton>
  );
}
type ForkButtonProps = {
  sessionId: string;
  turnId: string;
  busy: boolean;
  /** Runs the work and says what went wrong. */
  run(work: () => Promise<void>): Promise<boolean>;
  className: string;
};
