import { createHash } from 'node:crypto';
import { type Client, escapeLiteral } from 'pg';
import { ensureRoles, type Login, readLogin, roleStatements } from './ensure-roles.ts';
import { forcedIn } from './forced-in.ts';
import { type FoundTable, policyStatements } from './policies.ts';
import { ledger, rights } from './rights.ts';
import { type Roles, rolesOf } from './roles.ts';

/** Whether the database itself keeps people's rows apart. */
export type RowSecurity =
  | { isOn: true; roles: Roles; schema: string /** What weakens it. */; weakness?: string }
  | { isOn: false; reason: string };

export type SecureOptions = {
  schema: string;
  /** SQL of the key of the lock under which the schema is changed. */
  lock: string;
  /** Refuse to open a store that has no row security. */
  isRequired?: boolean;
};

/** Gives the roles their rights and forces the policies, unless this was done for the same rights and tables before.
 *  @throws Error when row security cannot be had, and is required or was on before */
export async function secureRows(client: Client, options: SecureOptions): Promise<RowSecurity> {
  const login = await readLogin(client);
  const roles = rolesOf(login.name);
  if (options.isRequired && login.isAbovePolicies) {
    throw new Error(
      `Row security is required, but no policy holds for the login ${login.name}. Let the server log in as a role that is neither a superuser nor BYPASSRLS and owns the database.`,
    );
  }
  const missing = await ensureRoles(client, login, roles);
  if (missing !== undefined) return withoutRoles(client, options, { login, roles, missing });
  await client.query(`begin; select pg_advisory_xact_lock(${options.lock})`);
  try {
    const tables = await tablesIn(client, options.schema);
    const statements = policyStatements(tables, roles, options.schema);
    const wanted = await markOf(client, statements);
    if ((await readMark(client)) !== wanted || (await forcedIn(client, options.schema)) !== 'all') {
      for (const statement of statements) await client.query(statement);
      await client.query(`comment on table schema_migrations is ${escapeLiteral(wanted)}`);
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
  return {
    isOn: true,
    roles,
    schema: options.schema,
    ...(login.isAbovePolicies && {
      weakness: `the login ${login.name} is above every policy: SQL that gets it back to its own role reads everything`,
    }),
  };
}

async function withoutRoles(
  client: Client,
  options: SecureOptions,
  { login, roles, missing }: { login: Login; roles: Roles; missing: string },
): Promise<RowSecurity> {
  const remedy = `Have a superuser run: ${roleStatements(login, roles).join('; ')};`;
  // Their owner would read them as empty.
  if ((await forcedIn(client, options.schema)) !== 'none')
    throw new Error(`Row security is forced, but ${missing}. ${remedy}`);
  if (options.isRequired) throw new Error(`Row security is required, but ${missing}. ${remedy}`);
  return { isOn: false, reason: `${missing}. ${remedy}` };
}

/** What the policies of the database were made from: the statements, and the tables they were made for. */
async function markOf(client: Client, statements: readonly string[]): Promise<string> {
  const { rows } = await client.query('select max(id) as id from schema_migrations');
  const made = statements.filter((statement) => !statement.startsWith('drop policy')).join('\n');
  return `row security ${String(rows[0]?.id)} ${createHash('sha256').update(made).digest('hex')}`;
}

async function readMark(client: Client): Promise<string | null> {
  const { rows } = await client.query(`select obj_description('schema_migrations'::regclass, 'pg_class') as mark`);
  return rows[0]?.mark ?? null;
}

/** The tables of the store. */
async function tablesIn(client: Client, schema: string): Promise<FoundTable[]> {
  const { rows } = await client.query(
    `select c.relname as name,
        (select string_agg(a.attname, ' ' order by a.attnum) from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
        (select string_agg(p.polname, ' ') from pg_policy p where p.polrelid = c.oid and p.polname like 'perdure\\_%') as policies,
        (select string_agg(pg_get_serial_sequence(quote_ident(c.relname), a.attname), ' ') from pg_attribute a
          where a.attrelid = c.oid and a.attidentity <> '') as sequences
      from pg_class c where c.relnamespace = $1::regnamespace and c.relkind = 'r' and c.relname = any($2)
      order by c.relname`,
    [schema, [ledger, ...Object.keys(rights)]],
  );
  return rows.map((row) => ({
    name: String(row.name),
    columns: words(row.columns),
    policies: words(row.policies),
    sequences: words(row.sequences),
  }));
}

const words = (value: unknown) => (typeof value === 'string' ? value.split(' ') : []);
