import type { Migration } from './migration.ts';

/** Personal data of an audit record stands beside the chain, which holds only a salted hash of it: erasing the data and its salt breaks
 *  nothing. The sealer finds the end of the chain and what
 *  it has not chained without reading the log; no number is given twice. Each
 *  filter of the page has an index in the page's order. */
export const auditPersonal: Migration = {
  id: 4,
  name: 'audit-personal',
  statements: () => [
    `alter table audit_log add column personal text`,
    `alter table audit_log add column personal_salt text`,
    `create unique index audit_log_chain on audit_log (chain_no) where chain_no is not null`,
    `create index audit_log_unsealed on audit_log (position) where chain_no is null`,
    `create index audit_log_at on audit_log (at, position)`,
    `create index audit_log_actor on audit_log (actor_user_id, at, position)`,
    `create index audit_log_action on audit_log (action, at, position)`,
    `create index audit_log_kind on audit_log (object_kind, at, position)`,
    `create index audit_log_object on audit_log (object_id, at, position)`,
  ],
};
