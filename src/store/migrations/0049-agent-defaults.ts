import type { Migration } from './migration.ts';

/** The agent that sessions of a group's members begin with where nobody names one. A row of the built-in group is for everybody. */
export const agentDefaults: Migration = {
  id: 49,
  name: 'agent-defaults',
  statements: () => [
    `create table agent_defaults (
      group_id text primary key references groups (id), agent_id text not null references agents (id) on delete cascade,
      place integer not null)`,
  ],
};
