import type { Migration } from './migration.ts';

/** Sessions that go by themselves: when. */
export const temporarySessions: Migration = {
  id: 43,
  name: 'temporary-sessions',
  statements: () => [
    `alter table user_sessions add column temporary_until text`,
    `create index user_sessions_temporary on user_sessions (temporary_until)
      where temporary_until is not null and erase_at is null`,
  ],
};
