import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useRouteContext, useRouterState } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Me } from '../../src/contract/auth.ts';
import { AnnouncementBanner } from '../announcement/announcement-banner.tsx';
import { t } from '../i18n/translate.ts';
import { makeServices, ServicesProvider } from '../services.tsx';
import { useNewSession } from '../sessions/use-new-session.ts';
import { ShortcutsSheet } from '../shortcuts/shortcuts-sheet.tsx';
import { useShortcut } from '../shortcuts/use-shortcut.ts';
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
  const [sheet, setSheet] = useState(false);
  const main = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const newSession = useNewSession();
  useShortcut('newSession', newSession.isPending ? undefined : () => newSession.mutate());
  useShortcut('findSession', () => {
    if (search.current?.checkVisibility()) search.current.focus();
    else setDrawer(true);
  });
  useShortcut('showShortcuts', () => setSheet(true));
  const place = useRouterState({ select: ({ location }) => `${location.pathname} ${location.search.at ?? ''}` });
  const [drawnAt, setDrawnAt] = useState(place);
  if (drawnAt !== place) {
    setDrawnAt(place);
    setDrawer(false);
  }
  return (
    <div className="relative flex h-dvh overflow-hidden">
      <button
        type="button"
        onClick={() => main.current?.focus()}
        className="sr-only z-50 rounded-lg bg-accent px-3 py-2 text-sm text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:start-2"
      >
        {t('Skip to content')}
      </button>
      <aside className="hidden w-72 shrink-0 border-e border-line bg-sunken lg:block">
        <Sidebar me={me} newSession={newSession} search={search} onShortcuts={() => setSheet(true)} />
      </aside>
      <Drawer open={drawer} onOpenChange={setDrawer}>
        <Sidebar me={me} newSession={newSession} onShortcuts={() => setSheet(true)} />
      </Drawer>
      <ShortcutsSheet open={sheet} onOpenChange={setSheet} />
      <DrawerContext value={() => setDrawer(true)}>
        <div ref={main} tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none">
          <AnnouncementBanner isSignedIn />
          <Outlet />
        </div>
      </DrawerContext>
    </div>
  );
}
