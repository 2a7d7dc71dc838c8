import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Direction } from 'radix-ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { meKey } from './account/me-key.ts';
import { onUnauthorized } from './api/client.ts';
import { FollowBranding } from './branding/follow-branding.tsx';
import { registerServiceWorker } from './offline/register.ts';
import { makeQueryClient } from './query-client.ts';
import { makeRouter } from './router.tsx';
import { followTheme } from './ui/theme.ts';

/** Draws the app and keeps it there. */
export function start(): void {
  const queryClient = makeQueryClient();
  const router = makeRouter(queryClient);

  followTheme();
  onUnauthorized(() => {
    const { pathname, href } = router.state.location;
    if (pathname === '/sign-in') return;
    queryClient.removeQueries({ queryKey: meKey });
    void router.navigate({ to: '/sign-in', search: href === '/' ? {} : { next: href }, replace: true });
  });

  if (import.meta.env.PROD) void registerServiceWorker();
  const element = document.getElementById('root');
  if (!element) throw new Error('index.html has no #root.');
  createRoot(element).render(
    <StrictMode>
      <Direction.Provider dir={document.documentElement.dir === 'rtl' ? 'rtl' : 'ltr'}>
        <QueryClientProvider client={queryClient}>
          <FollowBranding />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </Direction.Provider>
    </StrictMode>,
  );
}
