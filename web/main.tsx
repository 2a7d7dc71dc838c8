import './api/zod-config.ts';
import './styles.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { onUnauthorized } from './api/client.ts';
import { makeQueryClient } from './query-client.ts';
import { makeRouter, meKey } from './router.tsx';
import { followTheme } from './ui/theme.ts';

const queryClient = makeQueryClient();
const router = makeRouter(queryClient);

followTheme();
onUnauthorized(() => {
  const { pathname, href } = router.state.location;
  if (pathname === '/sign-in') return;
  queryClient.removeQueries({ queryKey: meKey });
  void router.navigate({ to: '/sign-in', search: href === '/' ? {} : { next: href }, replace: true });
});

const element = document.getElementById('root');
if (!element) throw new Error('index.html has no #root.');
createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
