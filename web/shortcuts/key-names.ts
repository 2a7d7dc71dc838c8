import { parseKeybinding } from 'tinykeys';
import { t } from '../i18n/translate.ts';

const mac: Record<string, string> = { Meta: '⌘', Shift: '⇧', Escape: 'esc', Enter: '↩' };
const others: Record<string, string> = {
  Control: t('Ctrl'),
  Shift: t('Shift'),
  Escape: t('Esc'),
  Enter: t('Enter', {}, 'the key'),
};

/** The keys of a shortcut as they are written on this computer's keyboard, in the order they are pressed. */
export function keyNames(keys: string, isMac: boolean): string[] {
  const names = isMac ? mac : others;
  return parsed(keys).map((key) => names[key] ?? key);
}

/** As `aria-keyshortcuts` wants it. */
export const ariaKeys = (keys: string): string => parsed(keys).join('+');

function parsed(keys: string): string[] {
  const [press] = parseKeybinding(keys);
  if (!press) return [];
  const [modifiers, , key] = press;
  return [...modifiers, String(key)];
}

export const isMac = (): boolean => /^(Mac|iP)/.test(navigator.platform);
