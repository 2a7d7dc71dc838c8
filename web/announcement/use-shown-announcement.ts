import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ShownAnnouncement } from '../../src/contract/announcement.ts';
import { dismissAnnouncement, fetchShownAnnouncement } from '../api/announcement.ts';
import { settingsKey } from '../shell/use-fresh-data.ts';

/** How long a page without a feed may show what is said no more. */
const everyMs = 20_000;
const soonestMs = 1_000;
/** Of a change that is further off it is asked again: browsers' timers wait for 24 days at most. */
const latestMs = 3_600_000;

/** What is announced now. Behind the sign-in the feed says when it changed; its begin and end are looked for at their time. */
export function useShownAnnouncement(isSignedIn: boolean) {
  const queryKey = [settingsKey, 'announcement', isSignedIn];
  const queryClient = useQueryClient();
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) => fetchShownAnnouncement(isSignedIn, signal),
    // Closed at another device meanwhile.
    refetchOnWindowFocus: 'always',
    refetchInterval: (query) => waitMs(query.state.data, isSignedIn),
  });
  const dismiss = async (version: string) => {
    await queryClient.cancelQueries({ queryKey });
    queryClient.setQueryData<ShownAnnouncement>(queryKey, { announcement: null, changes_at: null });
    await dismissAnnouncement(version).catch(() => queryClient.invalidateQueries({ queryKey }));
  };
  return { announcement: data?.announcement ?? undefined, dismiss };
}

function waitMs(data: ShownAnnouncement | undefined, isSignedIn: boolean): number | false {
  if (!isSignedIn) return everyMs;
  if (!data?.changes_at) return false;
  return Math.min(Math.max(Date.parse(data.changes_at) - Date.now(), soonestMs), latestMs);
}
