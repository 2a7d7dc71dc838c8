import type { ApiScope } from '../../src/contract/account.ts';

/** What each scope lets a key do, in words. */
export const scopeWords: Readonly<Record<ApiScope, string>> = {
  'sessions:read': 'Read sessions and follow them live',
  'sessions:write': 'Ask, start sessions, change and delete them',
  'knowledge:read': 'Search and read corpora and documents',
  'knowledge:write': 'Make and change corpora, upload and delete documents',
  'admin:read': 'See all sessions, people, groups, agents and settings',
  'admin:write': 'Close sessions, change groups, agents, budgets and the announcement',
};
