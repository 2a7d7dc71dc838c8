import type { ApiScope } from '../contract/account.ts';
import type { By, Through } from '../contract/audit.ts';
import type { Role } from '../contract/auth.ts';

/** Whoever acts, at every door: a person, through a login or an API key. Made by identity, decided on by `authorize`. */
export type Actor = {
  userId: string;
  username: string;
  displayName: string;
  role: Role;
  /** The login this request came with. Empty for a key, and for a turn that runs on its author's behalf. */
  tokenId: string;
  /** The key this request came with: it bounds what the role allows. */
  apiKey?: { id: string; scopes: readonly ApiScope[] };
  /** All it may do is turn on the second factor that its user must have. Absent: what the user may. */
  limitedTo?: 'enrolment';
};

/** What an actor came through. */
export function throughOf({ apiKey, tokenId, role }: Actor): Through {
  return apiKey ? { apiKeyId: apiKey.id, role } : { loginId: tokenId, role };
}

/** Who asks for a change: the command that makes it asks once more whether they may still act, and records it for them. */
export function byOf(actor: Actor): By {
  return { userId: actor.userId, through: throughOf(actor) };
}
