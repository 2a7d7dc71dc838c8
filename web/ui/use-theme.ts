import { useSyncExternalStore } from 'react';

/** The look that the page has now, whoever chose it. */
export function useTheme(): 'light' | 'dark' {
  return useSyncExternalStore(watch, now);
}

const now = () => (document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light');

function watch(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
