import { Menu as MenuIcon } from 'lucide-react';
import { createContext, type ReactNode, useContext } from 'react';
import { t } from '../i18n/translate.ts';
import { IconButton } from '../ui/button.tsx';
import { FeedState } from './feed-state.tsx';

/** Opens the drawer that holds the sidebar on a narrow screen. */
export const DrawerContext = createContext<() => void>(() => undefined);

/** The top line of a page; without a title while that is not known yet, for an empty heading says nothing to whoever hears the page. */
export function PageHeader({ title, children }: { title: ReactNode; children?: ReactNode }) {
  const openDrawer = useContext(DrawerContext);
  return (
    <header className="flex min-h-14 shrink-0 items-center gap-2 border-b border-line bg-canvas px-3 py-1.5 sm:px-5">
      <IconButton label={t('Open menu')} onClick={openDrawer} className="lg:hidden">
        <MenuIcon aria-hidden />
      </IconButton>
      {title ? (
        <h1 className="min-w-0 flex-1 truncate text-[0.95rem] font-semibold">{title}</h1>
      ) : (
        <span className="flex-1" />
      )}
      <FeedState />
      {children}
    </header>
  );
}
