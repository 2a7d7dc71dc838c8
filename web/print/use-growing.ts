import { useEffect, useState } from 'react';

const atOnce = 20;

/** How many of `count` things to draw: some more each frame, so that the page stays alive while a long one is drawn. */
export function useGrowing(count: number): number {
  const [drawn, setDrawn] = useState(atOnce);
  useEffect(() => {
    if (drawn >= count) return;
    const frame = requestAnimationFrame(() => setDrawn(drawn + atOnce));
    return () => cancelAnimationFrame(frame);
  }, [drawn, count]);
  return Math.min(drawn, count);
}
