import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { createSession } from '../api/sessions.ts';
import { useServices } from '../services.tsx';
import { lastCorpora } from './last-corpora.ts';

/** Makes a session with the corpora chosen last, and goes there. */
export function useNewSession() {
  const { me } = useServices();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => {
      const corpora = lastCorpora(me.id);
      return createSession(corpora.length > 0 ? { corpora } : {});
    },
    onSuccess: (session) => navigate({ to: '/sessions/$sessionId', params: { sessionId: session.session_id } }),
  });
}
