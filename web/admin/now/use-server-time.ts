import { useEffect, useState } from 'react';
import type { SeenNow } from './use-now.ts';

const tickMs = 1_000;

/** What the server's clock says at this moment, in milliseconds since 1970, ticking; while the page is not live it stands still at what was
 *  seen last, so that nothing old seems to go on. */
export function useServerTime({ now, receivedMs }: SeenNow, isLive: boolean): number {
  const [pageMs, setPageMs] = useState(() => performance.now());
  useEffect(() => {
    if (!isLive) return undefined;
    const timer = setInterval(() => setPageMs(performance.now()), tickMs);
    return () => clearInterval(timer);
  }, [isLive]);
  return Date.parse(now.as_of) + (isLive ? Math.max(0, pageMs - receivedMs) : 0);
}
