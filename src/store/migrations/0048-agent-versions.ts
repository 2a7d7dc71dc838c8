import type { Migration } from './migration.ts';

/** What agents were at each save, which of these a turn ran with, and what administrators try out before they save.
 *  `version` 0 is an agent that no version was written of: the next start writes it. */
export const agentVersions: Migration = {
  id: 48,
  name: 'agent-versions',
  statements: () => [
    `alter table agents add column version integer not null default 0`,
    `alter table agents add column model text not null default ''`,
    `alter table agents add column deleted_at text`,
    `alter table turns add column agent_version integer`,
    `create table agent_versions (
      agent_id text not null references agents (id), version integer not null, definition text not null,
      note text not null, is_delivered integer not null check (is_delivered in (0, 1)),
      created_by text references users (id), created_at text not null, primary key (agent_id, version))`,
    `create index agent_versions_maker on agent_versions (created_by)`,
    `create table agent_drafts (
      session_id text not null references user_sessions (session_id), version integer not null,
      definition text not null, created_at text not null, primary key (session_id, version))`,
  ],
};
