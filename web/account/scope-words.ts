import type { ApiScope } from '../../src/contract/account.ts';
import { t } from '../i18n/translate.ts';

/** What each scope lets a key do, in words. */
export const scopeWords: Readonly<Record<ApiScope, string>> = {
  'sessions:read': t('Read sessions and follow them live'),
  'sessions:write': t('Ask, start sessions, change and delete them'),
  'knowledge:read': t('Search and read corpora and documents'),
  'knowledge:write': t('Make and change corpora, upload and delete documents'),
  'admin:read': t('See all sessions, people, groups, agents and settings'),
  'admin:write': t('Close sessions, change groups, agents, budgets and the announcement'),
};
