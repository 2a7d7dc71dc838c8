import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import type { Feedback, Rating } from '../../src/contract/feedback.ts';
import type { SessionRow } from '../../src/contract/sessions.ts';
import { fetchFeedback, putFeedback, removeFeedback } from '../api/feedback.ts';
import { sessionsKey } from '../shell/use-fresh-data.ts';

/** Stores what the person thinks of an answer; null takes it back. It rejects with why it was not stored. */
export type Rate = (turnId: string, given: { rating: Rating; reason: string } | null) => Promise<void>;

/** What the person thinks of a session's answers, by turn. Asked again when the session's row changes while nothing runs: another window
 *  may have changed it.
 *  @param row  the newest one that came by the feed */
export function useFeedback(sessionId: string, row: SessionRow | undefined) {
  const queryClient = useQueryClient();
  const queryKey = useMemo(() => [sessionsKey, 'feedback', sessionId], [sessionId]);
  const { data } = useQuery({ queryKey, queryFn: ({ signal }) => fetchFeedback(sessionId, signal) });
  const rev = row && !row.running ? row.rev : undefined;
  useEffect(() => {
    if (rev !== undefined) void queryClient.invalidateQueries({ queryKey });
  }, [queryClient, queryKey, rev]);
  const rate: Rate = useCallback(
    async (turnId, given) => {
      const stored = given ? [await putFeedback(sessionId, turnId, given)] : [];
      if (!given) await removeFeedback(sessionId, turnId);
      await queryClient.cancelQueries({ queryKey });
      queryClient.setQueryData(queryKey, (before: { feedback: Feedback[] } | undefined) => ({
        feedback: [...(before?.feedback ?? []).filter((each) => each.turn_id !== turnId), ...stored],
      }));
    },
    [queryClient, queryKey, sessionId],
  );
  return {
    feedback: useMemo(() => new Map(data?.feedback.map((each) => [each.turn_id, each])), [data]),
    rate,
  };
}
