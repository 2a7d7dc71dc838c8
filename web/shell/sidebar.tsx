import { Link } from '@tanstack/react-router';
import {
  Activity,
  BookOpen,
  Bot,
  ChartColumn,
  Gauge,
  KeyRound,
  MessagesSquare,
  Plus,
  ScrollText,
  Server,
  Settings,
  Users,
} from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import type { Me } from '../../src/contract/auth.ts';
import { useBranding } from '../branding/use-branding.ts';
import { t } from '../i18n/translate.ts';
import { SessionList } from '../sessions/session-list.tsx';
import type { useNewSession } from '../sessions/use-new-session.ts';
import { ariaKeys } from '../shortcuts/key-names.ts';
import { shortcuts } from '../shortcuts/shortcuts.ts';
import { Brand } from '../ui/brand.tsx';
import { Button } from '../ui/button.tsx';
import { AccountMenu } from './account-menu.tsx';

export function Sidebar({ me, newSession, search, onShortcuts }: SidebarProps) {
  const { name } = useBranding();
  return (
    <div className="flex h-full flex-col overflow-y-auto">
      <div className="flex min-h-14 items-center justify-between px-4">
        <Link to="/" className="rounded-lg">
          <Brand />
        </Link>
      </div>
      <div className="px-3 pb-2">
        <Button
          look="primary"
          className="w-full"
          busy={newSession.isPending}
          aria-keyshortcuts={ariaKeys(shortcuts.newSession.keys)}
          onClick={() => newSession.mutate()}
        >
          <Plus aria-hidden className="size-4" /> {t('New session')}
        </Button>
        {newSession.error && (
          <p role="alert" className="mt-2 text-xs text-danger">
            {newSession.error.message}
          </p>
        )}
      </div>
      <SessionList {...(search && { search })} />
      <nav aria-label={name} className="border-t border-line px-2 py-2">
        <NavLink to="/knowledge" icon={<BookOpen aria-hidden />}>
          {t('Knowledge')}
        </NavLink>
        {me.role === 'administrator' && (
          <>
            <NavLink to="/admin/now" icon={<Activity aria-hidden />}>
              {t('Now')}
            </NavLink>
            <NavLink to="/admin/sessions" icon={<MessagesSquare aria-hidden />}>
              {t('All sessions')}
            </NavLink>
            <NavLink to="/admin/usage" icon={<ChartColumn aria-hidden />}>
              {t('Usage')}
            </NavLink>
            <NavLink to="/admin/users" icon={<Users aria-hidden />}>
              {t('People')}
            </NavLink>
            <NavLink to="/admin/groups" icon={<KeyRound aria-hidden />}>
              {t('Groups')}
            </NavLink>
            <NavLink to="/admin/agents" icon={<Bot aria-hidden />}>
              {t('Agents')}
            </NavLink>
            <NavLink to="/admin/budgets" icon={<Gauge aria-hidden />}>
              {t('Budgets')}
            </NavLink>
            <NavLink to="/admin/audit" icon={<ScrollText aria-hidden />}>
              {t('Audit log')}
            </NavLink>
            <NavLink to="/admin/settings" icon={<Settings aria-hidden />}>
              {t('Settings')}
            </NavLink>
            <NavLink to="/admin/server" icon={<Server aria-hidden />}>
              {t('Server')}
            </NavLink>
          </>
        )}
        <AccountMenu me={me} onShortcuts={onShortcuts} />
      </nav>
    </div>
  );
}
type SidebarProps = {
  me: Me;
  newSession: ReturnType<typeof useNewSession>;
  search?: RefObject<HTMLInputElement | null>;
  onShortcuts(): void;
};

function NavLink({
  to,
  icon,
  children,
}: {
  to:
    | '/knowledge'
    | '/admin/now'
    | '/admin/sessions'
    | '/admin/usage'
    | '/admin/users'
    | '/admin/groups'
    | '/admin/agents'
    | '/admin/budgets'
    | '/admin/audit'
    | '/admin/settings'
    | '/admin/server';
  icon: ReactNode;
  children: ReactNode;
}) {
  return (
    <Link
      to={to}
      className="flex min-h-9 items-center gap-2.5 rounded-lg px-2.5 text-sm text-muted hover:bg-hover hover:text-ink [&_svg]:size-4"
      activeProps={{ className: 'bg-hover font-medium text-ink!' }}
    >
      {icon}
      {children}
    </Link>
  );
}
