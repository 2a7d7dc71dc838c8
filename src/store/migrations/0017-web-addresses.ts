import type { Migration } from './migration.ts';

/** Documents that come from a web address, found by it; and jobs of more than one kind, each claimed by itself. */
export const webAddresses: Migration = {
  id: 17,
  name: 'web-addresses',
  statements: () => [
    `alter table documents add column address text`,
    `alter table documents add column final_address text`,
    `alter table documents add column fetched_at text`,
    `create index documents_address on documents (corpus_id, address) where address is not null`,
    `drop index jobs_unfinished`,
    `create index jobs_unfinished on jobs (kind, state, priority, position) where state in ('queued', 'running')`,
  ],
};
