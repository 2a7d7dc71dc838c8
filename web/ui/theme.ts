import { useSyncExternalStore } from 'react';
import { browserStorage } from '../api/browser-storage.ts';

export type ThemeChoice = 'system' | 'light' | 'dark';
const key = 'perdure.theme';
const changed = 'perdure-theme';

function stored(): ThemeChoice {
  const choice = browserStorage('localStorage').getItem(key);
  return choice === 'light' || choice === 'dark' ? choice : 'system';
}

/** Puts the choice on the page; `public/theme.js` does the same before the first paint. */
function apply(): void {
  const choice = stored();
  const dark = choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}

export function chooseTheme(choice: ThemeChoice): void {
  if (choice === 'system') localStorage.removeItem(key);
  else localStorage.setItem(key, choice);
  apply();
  globalThis.dispatchEvent(new Event(changed));
}

/** Follows the system and other tabs for as long as the page lives. */
export function followTheme(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
  globalThis.addEventListener('storage', (event: StorageEvent) => {
    if (event.key === key) apply();
  });
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore((listener) => {
    globalThis.addEventListener(changed, listener);
    return () => globalThis.removeEventListener(changed, listener);
  }, stored);
}
