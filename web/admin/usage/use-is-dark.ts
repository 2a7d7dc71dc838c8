import { useSyncExternalStore } from 'react';

const isDark = () => document.documentElement.dataset['theme'] === 'dark';

/** Whether the page is dark at this moment, for what is drawn and not styled. */
export function useIsDark(): boolean {
  return useSyncExternalStore((listener) => {
    const observer = new MutationObserver(listener);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => observer.disconnect();
  }, isDark);
}
