import type { Migration } from './migration.ts';

/** How a key begins, by which its owner knows it again: the key itself is stored nowhere. */
export const apiKeyHint: Migration = {
  id: 5,
  name: 'api-key-hint',
  statements: () => [`alter table api_keys add column hint text not null default ''`],
};
