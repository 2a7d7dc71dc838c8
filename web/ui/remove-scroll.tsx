import { Slot } from 'radix-ui';
import { type ReactNode, useEffect } from 'react';

let open = 0;

/** Stands in for `react-remove-scroll` under Radix dialogs (see vite.config.ts): the page behind stays still, by a class instead of an injected style sheet. */
export function RemoveScroll({ children }: { children?: ReactNode }) {
  useEffect(() => {
    open += 1;
    document.documentElement.classList.add('scroll-locked');
    return () => {
      open -= 1;
      if (open === 0) document.documentElement.classList.remove('scroll-locked');
    };
  }, []);
  return <Slot.Root>{children}</Slot.Root>;
}
