import { type ApiScope, apiScope } from '../contract/account.ts';
import type { Role } from '../contract/auth.ts';
import { AppError } from '../errors.ts';
import type { Actor } from './actor.ts';
import type { Action } from './authorize.ts';

/** What an API key needs for an action: a scope, nothing (`any` key may), or what no key has (`none`). */
type Need = ApiScope | 'any' | 'none';

/** THE table of scopes, reviewed by hand: an action that is not in it does not compile. A key never makes, changes or ends what signs
 *  people in (accounts, passwords, logins, keys): else whoever found one could make themselves at home. */
const needs: { readonly [A in Action]: Need } = {
  'account.read': 'any',
  'account.sign_out': 'none',
  'account.change_password': 'none',
  'account.logins.read': 'none',
  'account.logins.revoke': 'none',
  'account.keys.read': 'none',
  'account.keys.write': 'none',
  'account.second_factor': 'none',
  'account.link_oidc': 'none',
  'account.export': 'none',
  'account.import': 'sessions:write',
  'account.erase': 'none',
  'announcement.dismiss': 'none',
  'feed.read': 'sessions:read',
  'session.create': 'sessions:write',
  'session.list': 'sessions:read',
  'session.read': 'sessions:read',
  'session.update': 'sessions:write',
  'session.delete': 'sessions:write',
  'session.fork': 'sessions:write',
  'session.share': 'sessions:write',
  'session.leave': 'sessions:write',
  'feedback.give': 'sessions:write',
  'turn.create': 'sessions:write',
  'turn.stop': 'sessions:write',
  'agent.list': 'any',
  'agent.use': 'sessions:write',
  'corpus.list': 'knowledge:read',
  'corpus.search': 'knowledge:read',
  'corpus.create': 'knowledge:write',
  'corpus.read': 'knowledge:read',
  'corpus.curate': 'knowledge:write',
  'admin.now.read': 'admin:read',
  'admin.sessions.read': 'admin:read',
  'admin.sessions.read_content': 'none',
  'admin.sessions.invalidate': 'admin:write',
  'admin.sessions.stop': 'admin:write',
  'admin.users.read': 'admin:read',
  'admin.users.write': 'none',
  'admin.users.erase': 'none',
  'admin.budgets.read': 'admin:read',
  'admin.budgets.write': 'admin:write',
  'admin.usage.read': 'admin:read',
  'admin.usage.write': 'admin:write',
  'admin.retention.read': 'admin:read',
  'admin.retention.write': 'none',
  'admin.holds.read': 'admin:read',
  'admin.holds.write': 'none',
  'admin.announcement.read': 'admin:read',
  'admin.announcement.write': 'admin:write',
  'admin.branding.read': 'admin:read',
  'admin.branding.write': 'admin:write',
  'admin.groups.read': 'admin:read',
  'admin.groups.write': 'admin:write',
  'admin.agents.read': 'admin:read',
  'admin.agents.write': 'admin:write',
  'admin.models.read': 'admin:read',
  // It would send what everybody asks to whoever found a key.
  'admin.models.write': 'none',
  'admin.audit.read': 'admin:read',
  'admin.backups.read': 'admin:read',
};

/** Who may write may read: a write answers with what it wrote. */
const includedIn: Readonly<Partial<Record<ApiScope, ApiScope>>> = {
  'sessions:read': 'sessions:write',
  'knowledge:read': 'knowledge:write',
  'admin:read': 'admin:write',
};

/** Whether a key with these scopes may do this kind of thing, as far as the key goes. Pure. */
export function keyAllows(scopes: readonly ApiScope[], action: Action): boolean {
  const need = needs[action];
  if (need === 'none') return false;
  return need === 'any' || scopes.some((scope) => scope === need || scope === includedIn[need]);
}

/** Tells whoever uses a key what it lacks.
 *  @throws AppError key_scope */
export function refuseUnscoped({ apiKey }: Actor, action: Action): void {
  if (!apiKey || keyAllows(apiKey.scopes, action)) return;
  const need = needs[action];
  const detail =
    need === 'none'
      ? 'No API key may do this. Sign in to do it.'
      : `This API key is without the scope ${need}. Make a key that has it.`;
  throw new AppError('key_scope', { detail });
}

/** The scopes that are good for something in a role, by what the role may do at all. */
export function scopesFor(
  role: Role,
  actions: readonly Action[],
  admits: (role: Role, action: Action) => boolean,
): ApiScope[] {
  return apiScope.options.filter((scope) => actions.some((action) => needs[action] === scope && admits(role, action)));
}
