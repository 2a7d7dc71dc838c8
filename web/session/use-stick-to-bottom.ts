import { useCallback, useLayoutEffect, useRef, useState } from 'react';

const nearPx = 64;

/** Keeps a scrolled area at its end while it grows, but only for a reader who is at the end; and keeps the place of a reader further up when older content is put before it. */
export function useStickToBottom(firstKey: string | undefined) {
  const area = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticking = useRef(true);
  const [atBottom, setAtBottom] = useState(true);

  const jump = useCallback(() => {
    sticking.current = true;
    setAtBottom(true);
    const element = area.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  /** Stays where it is from here on, until it is scrolled to the end. */
  const leave = useCallback(() => {
    sticking.current = false;
    setAtBottom(false);
  }, []);

  const onScroll = useCallback(() => {
    const element = area.current;
    if (!element) return;
    const near = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
    sticking.current = near;
    setAtBottom(near);
  }, []);

  useLayoutEffect(() => {
    const element = area.current;
    if (!element || !content.current) return;
    const observer = new ResizeObserver(() => {
      if (sticking.current) element.scrollTop = element.scrollHeight;
      else onScroll();
    });
    observer.observe(content.current);
    observer.observe(element);
    return () => observer.disconnect();
  }, [onScroll]);

  const before = useRef({ firstKey, height: 0 });
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    const grown = before.current.firstKey !== firstKey && before.current.firstKey !== undefined;
    if (grown && !sticking.current) element.scrollTop += element.scrollHeight - before.current.height;
    before.current = { firstKey, height: element.scrollHeight };
  });

  return { area, content, atBottom, onScroll, jump, leave };
}
