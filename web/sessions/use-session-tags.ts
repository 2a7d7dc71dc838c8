import { useQuery } from '@tanstack/react-query';
import { listSessionTags } from '../api/sessions.ts';
import { sessionsKey } from '../shell/use-fresh-data.ts';

/** What I tagged my sessions with, the most used first. */
export const useSessionTags = () =>
  useQuery({
    queryKey: [sessionsKey, 'tags'],
    queryFn: ({ signal }) => listSessionTags(signal),
    select: (answer) => answer.tags,
  });
