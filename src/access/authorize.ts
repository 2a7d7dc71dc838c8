import type { Role } from '../contract/auth.ts';
import type { Actor } from './actor.ts';
import { keyAllows } from './key-scopes.ts';

/** What the actor is to a session; undefined for a stranger. */
type SessionFacts = { level: 'owner' | 'write' | 'read' | undefined };
/** What the actor may do in a corpus by ownership and grants, as `corpusAccess` of the store says; undefined for nothing. */
type CorpusFacts = { level: 'read' | 'curate' | undefined };
/** Whether an agent is granted to the actor, as `agentAccess` of the store says; undefined when it is not. */
type AgentFacts = { level: 'use' | undefined };

/** Everything that can be done, with the facts that decide about the object it is done to. */
type ObjectOf = {
  'account.read': undefined;
  'account.sign_out': undefined;
  'account.change_password': undefined;
  'account.logins.read': undefined;
  'account.logins.revoke': undefined;
  'account.keys.read': undefined;
  'account.keys.write': undefined;
  'account.second_factor': undefined;
  'account.link_oidc': undefined;
  'account.export': undefined;
  'account.import': undefined;
  'account.erase': undefined;
  'announcement.dismiss': undefined;
  'feed.read': undefined;
  'session.create': undefined;
  'session.list': undefined;
  'session.read': SessionFacts;
  'session.update': SessionFacts;
  'session.delete': SessionFacts;
  'session.fork': SessionFacts;
  'session.share': SessionFacts;
  'session.leave': SessionFacts;
  'turn.create': SessionFacts;
  'turn.stop': SessionFacts;
  'feedback.give': SessionFacts;
  'agent.list': undefined;
  'agent.use': AgentFacts;
  'corpus.list': undefined;
  'corpus.search': undefined;
  'corpus.create': undefined;
  'corpus.read': CorpusFacts;
  'corpus.curate': CorpusFacts;
  'admin.now.read': undefined;
  'admin.sessions.read': undefined;
  'admin.sessions.read_content': undefined;
  'admin.sessions.invalidate': undefined;
  'admin.sessions.stop': undefined;
  'admin.users.read': undefined;
  'admin.users.write': undefined;
  'admin.users.erase': undefined;
  'admin.groups.read': undefined;
  'admin.groups.write': undefined;
  'admin.agents.read': undefined;
  'admin.agents.write': undefined;
  'admin.models.read': undefined;
  'admin.models.write': undefined;
  'admin.audit.read': undefined;
  'admin.backups.read': undefined;
  'admin.budgets.read': undefined;
  'admin.budgets.write': undefined;
  'admin.usage.read': undefined;
  'admin.usage.write': undefined;
  'admin.retention.read': undefined;
  'admin.retention.write': undefined;
  'admin.holds.read': undefined;
  'admin.holds.write': undefined;
  'admin.announcement.read': undefined;
  'admin.announcement.write': undefined;
  'admin.branding.read': undefined;
  'admin.branding.write': undefined;
};

export type Action = keyof ObjectOf;

type Rule<Facts> = { roles: readonly Role[] } & (Facts extends { level: infer Level }
  ? {
      levels: readonly Exclude<Level, undefined>[];
      /** Roles that need no level; the object must still be there. */
      anyLevel?: readonly Role[];
    }
  : { levels?: never; anyLevel?: never });

const everybody: readonly Role[] = ['member', 'curator', 'administrator'];
const curators: readonly Role[] = ['curator', 'administrator'];
const administrators: readonly Role[] = ['administrator'];

const rules: { readonly [A in Action]: Rule<ObjectOf[A]> } = {
  'account.read': { roles: everybody },
  'account.sign_out': { roles: everybody },
  'account.change_password': { roles: everybody },
  'account.logins.read': { roles: everybody },
  'account.logins.revoke': { roles: everybody },
  'account.keys.read': { roles: everybody },
  'account.keys.write': { roles: everybody },
  'account.second_factor': { roles: everybody },
  'account.link_oidc': { roles: everybody },
  'account.export': { roles: everybody },
  'account.import': { roles: everybody },
  'account.erase': { roles: everybody },
  'announcement.dismiss': { roles: everybody },
  'feed.read': { roles: everybody },
  'session.create': { roles: everybody },
  'session.list': { roles: everybody },
  'session.read': { roles: everybody, levels: ['owner', 'write', 'read'] },
  'session.update': { roles: everybody, levels: ['owner'] },
  'session.delete': { roles: everybody, levels: ['owner'] },
  'session.fork': { roles: everybody, levels: ['owner', 'write', 'read'] },
  'session.share': { roles: everybody, levels: ['owner'] },
  'session.leave': { roles: everybody, levels: ['write', 'read'] },
  'turn.create': { roles: everybody, levels: ['owner', 'write'] },
  'turn.stop': { roles: everybody, levels: ['owner', 'write'] },
  'feedback.give': { roles: everybody, levels: ['owner', 'write', 'read'] },
  'agent.list': { roles: everybody },
  'agent.use': { roles: everybody, levels: ['use'] },
  'corpus.list': { roles: everybody },
  'corpus.search': { roles: everybody },
  'corpus.create': { roles: curators },
  'corpus.read': { roles: everybody, levels: ['read', 'curate'], anyLevel: administrators },
  'corpus.curate': { roles: curators, levels: ['curate'], anyLevel: administrators },
  'admin.now.read': { roles: administrators },
  'admin.sessions.read': { roles: administrators },
  'admin.sessions.read_content': { roles: administrators },
  'admin.sessions.invalidate': { roles: administrators },
  'admin.sessions.stop': { roles: administrators },
  'admin.users.read': { roles: administrators },
  'admin.users.write': { roles: administrators },
  'admin.users.erase': { roles: administrators },
  'admin.groups.read': { roles: administrators },
  'admin.groups.write': { roles: administrators },
  'admin.agents.read': { roles: administrators },
  'admin.agents.write': { roles: administrators },
  'admin.models.read': { roles: administrators },
  'admin.models.write': { roles: administrators },
  'admin.audit.read': { roles: administrators },
  'admin.backups.read': { roles: administrators },
  'admin.budgets.read': { roles: administrators },
  'admin.budgets.write': { roles: administrators },
  'admin.usage.read': { roles: administrators },
  'admin.usage.write': { roles: administrators },
  'admin.retention.read': { roles: administrators },
  'admin.retention.write': { roles: administrators },
  'admin.holds.read': { roles: administrators },
  'admin.holds.write': { roles: administrators },
  'admin.announcement.read': { roles: administrators },
  'admin.announcement.write': { roles: administrators },
  'admin.branding.read': { roles: administrators },
  'admin.branding.write': { roles: administrators },
};

/** All that a login may do whose user must have a second factor and has none. */
const enrolment: readonly Action[] = ['account.read', 'account.sign_out', 'account.second_factor'];

export const actions: readonly Action[] = Object.keys(rules).filter(isAction);

type ObjectArgs<A extends Action> = ObjectOf[A] extends undefined ? [] : [object: ObjectOf[A] | undefined];

/** Whether an actor may do an action to an object: THE decision, for every door. Pure, and total: it never throws, and what it does not
 *  know (an actor without id, another role, action or level, an absent object) it refuses. */
export function authorize<A extends Action>(actor: Actor, action: A, ...[object]: ObjectArgs<A>): boolean {
  if (!admits(actor, action)) return false;
  const { levels, anyLevel }: { levels?: readonly string[]; anyLevel?: readonly Role[] } = rules[action];
  if (!levels) return true;
  if (typeof object !== 'object' || object === null) return false;
  return anyLevel?.includes(actor.role) === true || (object.level !== undefined && levels.includes(object.level));
}

/** Whether the actor's role, and the scopes of the key they come with, allow this kind of action to some object at all: what can be said
 *  before the object is known. */
export function admits(actor: Actor | undefined, action: Action): boolean {
  if (!actor?.userId || !roleAdmits(actor.role, action)) return false;
  if (actor.limitedTo && !enrolment.includes(action)) return false;
  return actor.apiKey === undefined || keyAllows(actor.apiKey.scopes, action);
}

/** Whether a role allows this kind of action at all. */
export function roleAdmits(role: Role, action: Action): boolean {
  return isAction(action) && rules[action].roles.includes(role);
}

function isAction(name: string): name is Action {
  return Object.hasOwn(rules, name);
}
