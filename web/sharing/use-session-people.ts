import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { SessionPeople } from '../../src/contract/sharing.ts';
import { fetchSessionPeople } from '../api/sharing.ts';
import { sessionsKey } from '../shell/use-fresh-data.ts';

/** Somebody whose computer was switched off is taken for here until the server notices. */
const lookAgainMs = 20_000;

export const peopleKey = (sessionId: string) => [sessionsKey, 'people', sessionId];

/** Who is in a session. Asked again when its row changes, which it does when somebody comes or goes, and while others are here.
 *  @param about.enabled  whether there may be anybody but its owner
 *  @param about.rev  of the newest row that came by the feed
 *  @param about.authorIds  who wrote what is shown */
export function useSessionPeople(
  sessionId: string,
  { enabled, rev, authorIds }: { enabled: boolean; rev?: number | undefined; authorIds?: readonly string[] },
): { people: SessionPeople | undefined; error: unknown } {
  const queryClient = useQueryClient();
  const queryKey = useMemo(() => peopleKey(sessionId), [sessionId]);
  const { data, error } = useQuery({
    queryKey,
    queryFn: ({ signal }) => fetchSessionPeople(sessionId, signal),
    enabled,
    refetchInterval: ({ state }) =>
      (state.data?.people.filter(({ is_here }) => is_here).length ?? 0) > 1 ? lookAgainMs : false,
  });
  const known = new Set(data?.authors.map(({ user_id }) => user_id));
  const unknown = data ? authorIds?.find((id) => !known.has(id)) : undefined;
  useEffect(() => {
    if (enabled && (rev !== undefined || unknown !== undefined)) void queryClient.invalidateQueries({ queryKey });
  }, [queryClient, queryKey, enabled, rev, unknown]);
  return { people: enabled ? data : undefined, error };
}
