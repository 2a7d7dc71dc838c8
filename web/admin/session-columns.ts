import type { BrowserStorage } from '../api/browser-storage.ts';
import { t } from '../i18n/translate.ts';

/** What can be shown of each session, in the table's order. Its id, title and state are always shown. */
export const optionalColumns = ['username', 'messages', 'queries', 'agent', 'last_activity', 'created'] as const;
export type OptionalColumn = (typeof optionalColumns)[number];

export const columnWords: Readonly<Record<OptionalColumn, string>> = {
  username: t('Username'),
  messages: t('Messages'),
  queries: t('Queries'),
  agent: t('Agent'),
  last_activity: t('Last activity'),
  created: t('Created'),
};

const key = 'perdure.session-columns';

/** The columns that were chosen in this browser; all of them where nothing was, or nothing that can be read. */
export function readColumns(storage: BrowserStorage): ReadonlySet<OptionalColumn> {
  const stored = storage.getItem(key);
  if (stored === null) return new Set(optionalColumns);
  const names = stored.split(' ');
  return new Set(optionalColumns.filter((column) => names.includes(column)));
}

export function storeColumns(storage: BrowserStorage, columns: ReadonlySet<OptionalColumn>): void {
  try {
    storage.setItem(key, [...columns].join(' '));
  } catch {
    // A full store: the choice lasts as long as the page.
  }
}
