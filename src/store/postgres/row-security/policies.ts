import { escapeIdentifier } from 'pg';
import { ledger, rights } from './rights.ts';
import type { Roles } from './roles.ts';

/** A table of the database. */
export type FoundTable = {
  name: string;
  columns: readonly string[];
  /** Policies it has. */
  policies: readonly string[];
  /** Its sequences, as SQL. */
  sequences: readonly string[];
};

/** All statements that give the roles their rights and force the policies on every table of the store, whatever was there before.
 *  @param schema  where the tables are */
export function policyStatements(tables: readonly FoundTable[], roles: Roles, schema: string): string[] {
  const everybody = Object.values(roles).map(escapeIdentifier).join(', ');
  return [
    `grant usage on schema ${escapeIdentifier(schema)} to ${everybody}`,
    ...tables.flatMap((table) => [
      `revoke all on ${escapeIdentifier(table.name)} from ${everybody}`,
      ...(table.name === ledger
        ? [`grant select on ${ledger} to ${escapeIdentifier(roles.worker)}`]
        : statementsFor(table, roles)),
    ]),
  ];
}

function statementsFor(table: FoundTable, roles: Roles): string[] {
  const name = escapeIdentifier(table.name);
  const { member, facts } = rights[table.name] ?? {};
  const worker = escapeIdentifier(roles.worker);
  return [
    `alter table ${name} enable row level security, force row level security`,
    ...table.policies.map((policy) => `drop policy ${escapeIdentifier(policy)} on ${name}`),
    `grant select, insert, update, delete on ${name} to ${worker}`,
    `create policy perdure_worker on ${name} to ${worker} using (true) with check (true)`,
    ...table.sequences.map((sequence) => `grant all on sequence ${sequence} to ${worker}`),
    ...(member ? toSee(table, 'perdure_member', roles.member, member.rows, member.without) : []),
    ...(facts ? toSee(table, 'perdure_admin_facts', roles.facts, 'true', facts.without) : []),
  ];
}

function toSee(table: FoundTable, policy: string, role: string, rows: string, without: readonly string[] = []) {
  const name = escapeIdentifier(table.name);
  const shown = table.columns.filter((column) => !without.includes(column)).map(escapeIdentifier);
  return [
    `grant select (${shown.join(', ')}) on ${name} to ${escapeIdentifier(role)}`,
    `create policy ${policy} on ${name} for select to ${escapeIdentifier(role)} using (${rows})`,
  ];
}
