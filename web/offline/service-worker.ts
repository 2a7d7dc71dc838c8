import { clientsClaim } from 'workbox-core/clientsClaim.js';
import type { WorkboxPlugin } from 'workbox-core/types.js';
import { ExpirationPlugin } from 'workbox-expiration/ExpirationPlugin.js';
import { registerRoute } from 'workbox-routing/registerRoute.js';
import { CacheFirst } from 'workbox-strategies/CacheFirst.js';
import { NetworkFirst } from 'workbox-strategies/NetworkFirst.js';
import { dataCache, isKept, keptAtHeader, sessionOf } from './kept-paths.ts';

// The server is always asked first; only without any answer is what it said last shown, marked with its time.
const appCache = 'perdure-app';
const aMonthS = 30 * 24 * 60 * 60;

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()));
clientsClaim();

const isOurs = (url: URL) => url.origin === location.origin;
const isApi = (url: URL) => url.pathname.startsWith('/api/');

const atMost = (maxEntries: number) =>
  new ExpirationPlugin({ maxEntries, maxAgeSeconds: aMonthS, purgeOnQuotaError: true }) as WorkboxPlugin;

/** Files whose name changes with their content. Colours have their value in theirs. */
registerRoute(
  ({ url }) => isOurs(url) && /^\/(assets|api\/branding\/(colours|logo))\//.test(url.pathname),
  new CacheFirst({
    cacheName: 'perdure-assets',
    plugins: [atMost(200)],
  }),
);

/** Every address of the app is the same page; what diagrams are drawn in is none of it. */
registerRoute(
  ({ request, url }) =>
    isOurs(url) &&
    !isApi(url) &&
    !url.pathname.startsWith('/diagrams/') &&
    (request.mode === 'navigate' || url.pathname === '/'),
  new NetworkFirst({ cacheName: appCache, plugins: [{ cacheKeyWillBeUsed: async () => '/' }] }),
);
registerRoute(
  ({ url }) => isOurs(url) && /^\/(theme\.js|icon\S*|manifest\.webmanifest)$/.test(url.pathname),
  new NetworkFirst({ cacheName: appCache }),
);

const keeping: WorkboxPlugin = {
  /** An answer that is kept says when it came. What is gone, or no longer this person's, is not kept either. */
  async cacheWillUpdate({ request, response }) {
    const { pathname } = new URL(request.url);
    if (response.status === 401) await forgetAll();
    else if (response.status === 403 || response.status === 404 || response.status === 410)
      await forget(request, pathname);
    if (response.status !== 200 || (await isPassing(pathname, response))) return null;
    if (pathname === mePath && (await isAnother(response))) await forgetAll();
    const headers = new Headers(response.headers);
    headers.set(keptAtHeader, new Date().toISOString());
    return new Response(response.body, { status: 200, headers });
  },
};

registerRoute(
  ({ url }) => isOurs(url) && isKept(url.pathname),
  new NetworkFirst({
    cacheName: dataCache,
    plugins: [keeping, atMost(400)],
  }),
);

/** Whoever signs in or out may be somebody else than the one before. */
registerRoute(
  ({ url }) => isOurs(url) && /^\/api\/auth\/(login|logout|oidc)/.test(url.pathname),
  async ({ request }) => {
    await forgetAll();
    return fetch(request);
  },
  'POST',
);

const mePath = '/api/auth/me';

async function isAnother(response: Response): Promise<boolean> {
  const before = await caches.match(mePath, { cacheName: dataCache });
  return before !== undefined && (await idIn(before)) !== (await idIn(response.clone()));
}

async function idIn(response: Response): Promise<unknown> {
  const body: unknown = await response.json();
  return (body as { id?: unknown }).id;
}

const forgetAll = () => caches.delete(dataCache);

async function forget(request: Request, pathname: string): Promise<void> {
  const cache = await caches.open(dataCache);
  const session = sessionOf(pathname);
  if (session === undefined) {
    await cache.delete(request);
    return;
  }
  for (const key of await cache.keys()) if (sessionOf(new URL(key.url).pathname) === session) await cache.delete(key);
}

/** A temporary session stays on the server for a day, and nowhere else: of a session only what belongs to a kept snapshot is kept. */
async function isPassing(pathname: string, response: Response): Promise<boolean> {
  const session = sessionOf(pathname);
  if (session === undefined) return false;
  const snapshot = `/api/sessions/${session}/snapshot`;
  if (pathname !== snapshot)
    return (await caches.match(snapshot, { cacheName: dataCache, ignoreSearch: true })) === undefined;
  const body: unknown = await response.clone().json();
  const kept = body as { session?: { temporary_until?: unknown } };
  return kept.session?.temporary_until !== undefined && kept.session.temporary_until !== null;
}
