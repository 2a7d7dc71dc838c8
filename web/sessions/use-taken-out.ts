import { useParams, useRouter } from '@tanstack/react-router';
import { useServices } from '../services.tsx';

/** Takes a session that is the person's no more from the page: its draft, its row, and the page of it if that is open. */
export function useTakenOut(): (sessionId: string) => Promise<void> {
  const { liveRows, drafts } = useServices();
  const router = useRouter();
  const { sessionId: shown } = useParams({ strict: false });
  return async (sessionId) => {
    drafts.write(sessionId, '');
    liveRows.drop(sessionId);
    if (shown === sessionId) await router.navigate({ to: '/' });
  };
}
