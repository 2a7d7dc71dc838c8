import type { Migration } from './migration.ts';

/** Where models are asked, as administrators set it; the key is sealed. Which of them answers by default is a setting. */
export const modelEndpoints: Migration = {
  id: 50,
  name: 'model-endpoints',
  statements: () => [
    `create table model_endpoints (
      endpoint_id text primary key, name text not null, name_key text not null unique, base_url text not null,
      sealed_key text, key_hint text not null, models text not null, continues integer not null check (continues in (0, 1)),
      version integer not null, created_at text not null, updated_at text not null)`,
  ],
};
