import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Check, ChevronsUpDown, Keyboard, LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react';
import { useState } from 'react';
import type { Me } from '../../src/contract/auth.ts';
import { roleWords } from '../account/role-words.ts';
import { signOut } from '../api/auth.ts';
import { asApiError } from '../api/errors.ts';
import { t } from '../i18n/translate.ts';
import { useServices } from '../services.tsx';
import { Menu, MenuItem, MenuLabel, MenuLine } from '../ui/menu.tsx';
import { chooseTheme, type ThemeChoice, useThemeChoice } from '../ui/theme.ts';
import { LanguageMenu } from './language-menu.tsx';

const themes: { choice: ThemeChoice; words: string; icon: typeof Sun }[] = [
  { choice: 'system', words: t('Same as the system'), icon: Monitor },
  { choice: 'light', words: t('Light'), icon: Sun },
  { choice: 'dark', words: t('Dark'), icon: Moon },
];

export function AccountMenu({ me, onShortcuts }: { me: Me; onShortcuts(): void }) {
  const { forget } = useServices();
  const theme = useThemeChoice();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [problem, setProblem] = useState('');

  const leave = async () => {
    try {
      await signOut();
    } catch (error) {
      if (asApiError(error).status !== 401) {
        setProblem(t('You are still signed in: the server did not answer.'));
        return;
      }
    }
    forget();
    queryClient.clear();
    await navigate({ to: '/sign-in', search: {} });
  };

  return (
    <>
      <Menu
        align="start"
        trigger={
          <button
            type="button"
            className="flex min-h-10 w-full items-center gap-2.5 rounded-lg px-2.5 text-start text-sm hover:bg-hover"
          >
            <span
              aria-hidden
              className="grid size-6 shrink-0 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent uppercase"
            >
              {me.display_name.slice(0, 1)}
            </span>
            <span className="min-w-0 flex-1 truncate">{me.display_name}</span>
            <ChevronsUpDown aria-hidden className="size-4 text-faint" />
          </button>
        }
      >
        <MenuLabel>
          {me.username} · {roleWords[me.role]}
        </MenuLabel>
        <MenuItem onSelect={() => void navigate({ to: '/account' })}>
          <UserRound aria-hidden /> {t('My account')}
        </MenuItem>
        <MenuItem onSelect={onShortcuts}>
          <Keyboard aria-hidden /> {t('Keyboard shortcuts')}
        </MenuItem>
        <MenuLine />
        {themes.map(({ choice, words, icon: Icon }) => (
          <MenuItem key={choice} onSelect={() => chooseTheme(choice)}>
            <Icon aria-hidden />
            <span className="flex-1">{words}</span>
            {theme === choice && <Check aria-label={t('chosen')} />}
          </MenuItem>
        ))}
        <MenuLine />
        <LanguageMenu />
        <MenuLine />
        <MenuItem onSelect={() => void leave()}>
          <LogOut aria-hidden /> {t('Sign out')}
        </MenuItem>
      </Menu>
      {problem !== '' && (
        <p role="alert" className="px-2.5 py-1 text-xs text-danger">
          {problem}
        </p>
      )}
    </>
  );
}
