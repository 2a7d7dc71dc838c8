import { useQuery } from '@tanstack/react-query';
import { brandingMeta, type ShownBranding, shownAsItComes, shownBranding } from '../../src/contract/branding.ts';
import { fetchShownBranding } from '../api/branding.ts';
import { settingsKey } from '../shell/use-fresh-data.ts';

/** What this installation is called and looks like: as the page came, and then as the feed says that it changed. */
export function useBranding(): ShownBranding {
  const { data } = useQuery({
    queryKey: [settingsKey, 'branding'],
    queryFn: ({ signal }) => fetchShownBranding(signal),
    initialData: inPage,
    staleTime: Infinity,
  });
  return data ?? shownAsItComes;
}

/** What the server wrote into the page; undefined in a page that it did not make. */
function inPage(): ShownBranding | undefined {
  const written = document.querySelector<HTMLMetaElement>(`meta[name="${brandingMeta}"]`)?.content;
  return written === undefined ? undefined : shownBranding.safeParse(JSON.parse(written)).data;
}
