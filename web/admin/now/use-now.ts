import { useEffect, useState } from 'react';
import { type NowSnapshot, nowSnapshot } from '../../../src/contract/now.ts';
import { reportUnauthorized } from '../../api/client.ts';
import type { ApiError } from '../../api/errors.ts';
import { type LiveState, LiveStream } from '../../api/live-stream.ts';
import { nowStream } from '../../api/now.ts';

export type SeenNow = {
  now: NowSnapshot;
  /** By the page's own clock, which may be wrong by hours: only what passes since is measured with it. */
  receivedMs: number;
};

/** What goes on, by its stream. What was seen last stays when the stream is cut, with why it was. */
export function useNow(): { seen: SeenNow | undefined; state: LiveState; error: ApiError | undefined } {
  const [seen, setSeen] = useState<SeenNow>();
  const [link, setLink] = useState<{ state: LiveState; error: ApiError | undefined }>({
    state: 'connecting',
    error: undefined,
  });
  useEffect(() => {
    const stream = new LiveStream({
      url: () => nowStream,
      onFrame(frame) {
        const now = frame.event === 'snapshot' ? parsed(frame.data) : undefined;
        if (now) setSeen({ now, receivedMs: performance.now() });
      },
      onState(state, end) {
        const error = end?.reason === 'refused' ? end.error : undefined;
        if (error?.status === 401) reportUnauthorized();
        setLink({ state, error });
      },
    });
    return () => stream.close();
  }, []);
  return { seen, ...link };
}

function parsed(text: string): NowSnapshot | undefined {
  try {
    return nowSnapshot.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
