import { dataCache, isKept } from './kept-paths.ts';

/** Lets the browser keep what was loaded, for reading without a connection. Only where there are service workers: over HTTPS, or on the machine itself. */
export async function registerServiceWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const isLookedAfter = navigator.serviceWorker.controller !== null;
  try {
    await navigator.serviceWorker.register('/service-worker.js', { type: 'module' });
  } catch {
    // Without it everything works as long as there is a connection.
    return;
  }
  if (isLookedAfter) return;
  const { active } = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType('resource').map(({ name }) => new URL(name));
  const urlsToCache = ['/', ...loaded.filter(isWorthKeeping).map(({ href }) => href)];
  active?.postMessage({ type: 'CACHE_URLS', payload: { urlsToCache } });
}

const isWorthKeeping = ({ origin, pathname }: URL) =>
  origin === location.origin &&
  (/^\/(assets|api\/branding\/(colours|logo))\//.test(pathname) || pathname === '/theme.js' || isKept(pathname));

/** Whatever one person loaded must not be there for the next. */
export function forgetKeptData(): void {
  if ('caches' in globalThis) void caches.delete(dataCache);
}

/** Somebody signed in whom this browser did not know a moment ago. What is kept of another goes; a service worker sees to that when it hears
 *  who it is, and keeps that answer. */
export async function meetAnother(): Promise<void> {
  if (!navigator.serviceWorker?.controller) return forgetKeptData();
  try {
    await fetch('/api/auth/me');
  } catch {
    // Without a connection nobody signs in.
  }
}
