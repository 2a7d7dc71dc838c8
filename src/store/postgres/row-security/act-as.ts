import { type Client, escapeIdentifier } from 'pg';
import { readLogin } from './ensure-roles.ts';
import { forcedIn } from './forced-in.ts';
import { type Roles, rolesOf } from './roles.ts';
import type { RowSecurity } from './secure-rows.ts';

/** Settings that a connection begins with, and that RESET goes back to. */
export type ConnectionSettings = Readonly<Record<string, string>>;

/** What a connection is opened with to be in a role from its first statement on. The tables stay those of the login, whose name may be the
 *  schema's. */
export function actAs(security: RowSecurity, role: keyof Roles): ConnectionSettings {
  // A policy that is forced meanwhile is an error then, and no empty table.
  if (!security.isOn) return { row_security: 'off' };
  return { role: security.roles[role], search_path: escapeIdentifier(security.schema) };
}

/** What only who owns the tables may do, on a connection that acts as a role and does so again afterwards. */
export async function asLogin<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('set role none');
  try {
    return await work();
  } finally {
    await client.query('reset role');
  }
}

/** Makes a connection of the login the worker's, where the tables have policies that hold for it. One above them sees everything as it is, tables
 *  that somebody put in place of others too. */
export async function becomeWorker(client: Client): Promise<void> {
  const { rows } = await client.query('select current_schema() as schema, session_user as login');
  const { schema, login }: { schema?: string | null; login?: string } = rows[0] ?? {};
  if (!schema || (await readLogin(client)).isAbovePolicies || (await forcedIn(client, schema)) === 'none') return;
  await client.query(`set search_path = ${escapeIdentifier(schema)}`);
  await client.query(`set role ${escapeIdentifier(rolesOf(String(login)).worker)}`);
}
