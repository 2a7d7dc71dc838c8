import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useRouteContext, useRouterState } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Me } from '../../src/contract/auth.ts';
import { makeServices, ServicesProvider } from '../services.tsx';
import { Drawer } from './drawer.tsx';
import { DrawerContext } from './page-header.tsx';
import { Sidebar } from './sidebar.tsx';
import { useFreshData } from './use-fresh-data.ts';

/** The frame of every page behind the sign-in. */
export function Shell() {
  const { me } = useRouteContext({ from: '/shell' });
  const services = useMemo(() => makeServices(me), [me]);
  useEffect(() => services.open(), [services]);
  return (
    <ServicesProvider value={services}>
      <Frame me={me} />
    </ServicesProvider>
  );
}

function Frame({ me }: { me: Me }) {
  useFreshData(useQueryClient());
  const [drawer, setDrawer] = useState(false);
  const main = useRef<HTMLDivElement>(null);
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const [drawnAt, setDrawnAt] = useState(pathname);
  if (drawnAt !== pathname) {
    setDrawnAt(pathname);
    setDrawer(false);
  }
  return (
    <div className="relative flex h-dvh overflow-hidden">
      <button
        type="button"
        onClick={() => main.current?.focus()}
        className="sr-only z-50 rounded-lg bg-accent px-3 py-2 text-sm text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to content
      </button>
      <aside className="hidden w-72 shrink-0 border-r border-line bg-sunken lg:block">
        <Sidebar me={me} />
      </aside>
      <Drawer open={drawer} onOpenChange={setDrawer}>
        <Sidebar me={me} />
      </Drawer>
      <DrawerContext value={() => setDrawer(true)}>
        <div ref={main} tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none">
          <Outlet />
        </div>
      </DrawerContext>
    </div>
  );
}
