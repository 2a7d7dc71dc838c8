import { useCallback, useState } from 'react';

/** Whether an element lies in what its pane shows, or close to it. The pane is the nearest `data-pane` around it, which scrolls.
 *  @param margin  how close counts, as a CSS margin
 *  @returns the element's ref, and whether it is near */
export function useIsNear(margin: string): [(element: Element | null) => (() => void) | undefined, boolean] {
  const [isNear, setIsNear] = useState(false);
  const ref = useCallback(
    (element: Element | null) => {
      if (!element) return undefined;
      const root = element.closest('[data-pane]');
      const observer = new IntersectionObserver((entries) => setIsNear(entries.at(-1)?.isIntersecting ?? false), {
        root,
        rootMargin: margin,
      });
      observer.observe(element);
      return () => observer.disconnect();
    },
    [margin],
  );
  return [ref, isNear];
}
