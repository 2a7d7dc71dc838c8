import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { createSession } from '../api/sessions.ts';

/** Makes a session, which begins with the corpora chosen last, and goes there. */
export function useNewSession({ temporary = false }: { temporary?: boolean } = {}) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => createSession(temporary ? { temporary } : {}),
    onSuccess: (session) => navigate({ to: '/sessions/$sessionId', params: { sessionId: session.session_id } }),
  });
}
