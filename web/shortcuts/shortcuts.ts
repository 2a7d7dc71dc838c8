import { t } from '../i18n/translate.ts';

/** What a key does wherever one is in the app. With a modifier each: a key alone would take letters from whoever dictates (WCAG 2.1.4). */
export const shortcuts = {
  newSession: { keys: '$mod+Shift+O', words: t('New session') },
  findSession: { keys: '$mod+K', words: t('Search sessions') },
  write: { keys: 'Shift+Escape', words: t('Go to the message') },
  stop: { keys: '$mod+.', words: t('Stop the answer') },
  // On many keyboards a slash is a key with Shift.
  showShortcuts: { keys: '$mod+[Shift]+/', words: t('Show these shortcuts') },
} as const;
export type ShortcutName = keyof typeof shortcuts;

/** What the fields and panels know by themselves. */
export const ownKeys = [
  { keys: 'Enter', words: t('Send the message') },
  { keys: 'Shift+Enter', words: t('New line in the message') },
  { keys: 'Escape', words: t('Close a dialog, a menu or the source') },
] as const;
