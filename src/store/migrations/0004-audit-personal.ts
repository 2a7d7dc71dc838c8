import type { Migration } from './migration.ts';

/** Personal data of an audit record stands beside the chain, which holds only a salted hash of it: erasing the data and its salt breaks
 *  nothing. The sealer finds what it has not chained without reading the log. */
export const auditPersonal: Migration = {
  id: 4,
  name: 'audit-personal',
  statements: () => [
    `alter table audit_log add column personal text`,
    `alter table audit_log add column personal_salt text`,
    `create index audit_log_unsealed on audit_log (position) where chain_no is null`,
  ],
};
