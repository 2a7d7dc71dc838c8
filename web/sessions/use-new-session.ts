import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { createSession } from '../api/sessions.ts';
import { agentsKey } from './use-agents.ts';

/** Makes a session, which begins with the corpora chosen last, and goes there.
 *  @param agentId  who answers in it; the person's default where it is left out or empty */
export function useNewSession({ temporary = false, agentId = '' }: { temporary?: boolean; agentId?: string } = {}) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => createSession({ ...(temporary && { temporary }), ...(agentId !== '' && { agent_id: agentId }) }),
    onSuccess: (session) => navigate({ to: '/sessions/$sessionId', params: { sessionId: session.session_id } }),
    // The agent may have been taken away meanwhile.
    onError: () => queryClient.invalidateQueries({ queryKey: agentsKey }),
  });
}
