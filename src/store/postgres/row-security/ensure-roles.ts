import { type Client, escapeIdentifier } from 'pg';
import type { Roles } from './roles.ts';

/** Who the server logs in as. */
export type Login = {
  name: string;
  /** No policy holds for it: a superuser, or one that bypasses row security. */
  isAbovePolicies: boolean;
  mayMakeRoles: boolean;
  serverVersion: number;
};

export async function readLogin(client: Client): Promise<Login> {
  const { rows } = await client.query(`select rolname, rolsuper, rolbypassrls, rolcreaterole,
      current_setting('server_version_num')::int as version from pg_roles where rolname = session_user`);
  const row = rows[0];
  return {
    name: String(row.rolname),
    isAbovePolicies: Number(row.rolsuper) === 1 || Number(row.rolbypassrls) === 1,
    mayMakeRoles: Number(row.rolsuper) === 1 || Number(row.rolcreaterole) === 1,
    serverVersion: Number(row.version),
  };
}

/** What an operator runs as a superuser where the login may not make roles. From version 16 on a login may become a role without having its
 *  rights all the time. */
export function roleStatements(login: Pick<Login, 'name' | 'serverVersion'>, roles: Roles): string[] {
  const as = login.serverVersion >= 160_000 ? ' with inherit false, set true' : '';
  return Object.values(roles).flatMap((role) => [
    `create role ${escapeIdentifier(role)} nologin noinherit`,
    `grant ${escapeIdentifier(role)} to ${escapeIdentifier(login.name)}${as}`,
  ]);
}

/** Makes what is missing of the roles, if the login may. Roles are of all databases of a server: another start may make them meanwhile.
 *  @returns why they cannot be had; undefined when they are there
 *  @throws Error when one of them may do more than a role of this kind */
export async function ensureRoles(client: Client, login: Login, roles: Roles): Promise<string | undefined> {
  for (let tries = 0; ; tries++) {
    const missing = await missingAmong(client, login, roles);
    if (missing.length === 0) return undefined;
    if (!login.mayMakeRoles || tries === maxTries) {
      return `the login ${login.name} cannot become ${missing.join(', ')}, and may not make roles`;
    }
    for (const statement of roleStatements(login, roles)) {
      await client.query(statement).catch((error: unknown) => {
        if (!isMadeMeanwhile(error)) throw error;
      });
    }
  }
}

const maxTries = 5;

/** Found there already, or changed by another at the same moment. */
function isMadeMeanwhile(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === '42710' || code === '23505' || code === 'XX000';
}

async function missingAmong(client: Client, login: Login, roles: Roles): Promise<string[]> {
  const how = login.serverVersion >= 160_000 ? 'SET' : 'MEMBER';
  const { rows } = await client.query(
    `select r.rolname, pg_has_role(session_user, r.oid, $2) as is_had,
        r.rolsuper or r.rolbypassrls or r.rolcanlogin or r.rolcreaterole or r.rolcreatedb or r.rolreplication
          or exists (select from pg_auth_members m where m.member = r.oid) as is_strong
      from pg_roles r where r.rolname = any($1)`,
    [Object.values(roles), how],
  );
  const strong = rows.find((row) => Number(row.is_strong) === 1);
  if (strong) {
    throw new Error(
      `The role ${String(strong.rolname)} may do more than read and write the store's tables. Take its other rights and memberships away, or drop it.`,
    );
  }
  const had = new Set(rows.filter((row) => Number(row.is_had) === 1).map((row) => String(row.rolname)));
  return Object.values(roles).filter((role) => !had.has(role));
}
