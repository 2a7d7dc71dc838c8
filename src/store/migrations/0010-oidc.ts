import type { Migration } from './migration.ts';

/** Who comes in through an OpenID Connect provider. `by_oidc` marks the memberships that its claims gave, and that they alone take away. */
export const oidc: Migration = {
  id: 10,
  name: 'oidc',
  statements: () => [
    `create table oidc_identities (
      issuer text not null, subject text not null, user_id text not null references users (id), linked_at text not null,
      primary key (issuer, subject), unique (user_id, issuer))`,
    `alter table group_members add column by_oidc integer not null default 0 check (by_oidc in (0, 1))`,
  ],
};
