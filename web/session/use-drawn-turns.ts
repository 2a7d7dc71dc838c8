import { startTransition, useEffect, useState } from 'react';

/** Turns that are drawn at once: more than a window shows. */
const atOnce = 4;

/** The turns that are drawn, of those that are loaded: the newest at once, and each older one when the page has nothing else to do, so that opening and
 *  scrolling a long session never hold it. Up to one that is wanted they are drawn at once. What was drawn once stays: it is found by the browser's search and read aloud. */
export function useDrawnTurns<Turn extends { key: string }>(
  turns: readonly Turn[],
  isWanted: (turn: Turn) => boolean = () => false,
): { drawn: readonly Turn[]; isWhole: boolean } {
  const [first, setFirst] = useState<string>();
  const known = first === undefined ? -1 : turns.findIndex(({ key }) => key === first);
  const wanted = turns.findIndex(isWanted);
  const newest = known < 0 ? Math.max(0, turns.length - atOnce) : known;
  const at = wanted < 0 ? newest : Math.min(newest, wanted);
  const firstNow = turns[at]?.key;
  if (firstNow !== first) setFirst(firstNow);
  const next = turns[at - 1]?.key;
  useEffect(() => {
    if (next !== undefined) return whenIdle(() => startTransition(() => setFirst(next)));
  }, [next]);
  return { drawn: turns.slice(at), isWhole: at === 0 };
}

/** Answers what calls it off. Not every browser says when it is idle. */
function whenIdle(run: () => void): () => void {
  if (!('requestIdleCallback' in globalThis)) {
    const timer = setTimeout(run, 30);
    return () => clearTimeout(timer);
  }
  const asked = requestIdleCallback(run, { timeout: 500 });
  return () => cancelIdleCallback(asked);
}
