import type { Migration } from './migration.ts';

/** Members and grants by their group: the keys of both tables begin with the user and with the object. */
export const groupIndexes: Migration = {
  id: 3,
  name: 'group-indexes',
  statements: () => [
    `create index group_members_group on group_members (group_id, user_id)`,
    `create index grants_group on grants (group_id)`,
  ],
};
