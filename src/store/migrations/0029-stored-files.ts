import type { Migration } from './migration.ts';

/** The originals, where the database is what all instances share: a file's facts, and its bytes in pieces. */
export const storedFiles: Migration = {
  id: 29,
  name: 'stored-files',
  statements: ({ keepsFiles, bigint, bytes }) =>
    keepsFiles
      ? [
          // `created_at` is of the row's state: when it was begun, and once it is whole, when it became that.
          `create table stored_files (
            file_key text primary key, bytes ${bigint} not null, sha256 text not null, instance_id text not null,
            created_at timestamptz not null default now(), is_whole boolean not null default false)`,
          `create index stored_files_unfinished on stored_files (instance_id) where not is_whole`,
          `create table stored_file_chunks (
            file_key text not null references stored_files (file_key) on delete cascade, n integer not null,
            data ${bytes} not null, primary key (file_key, n))`,
          // Most originals are packed by their format.
          `alter table stored_file_chunks alter column data set storage external`,
        ]
      : [],
};
