import type { By } from '../contract/audit.ts';
import type { Role } from '../contract/auth.ts';

/** Whoever acts, at every door: a signed-in person, through a login token. Made by identity, decided on by `authorize`. */
export type Actor = {
  userId: string;
  username: string;
  displayName: string;
  role: Role;
  /** The login this request came with. A turn that runs on its author's behalf has none: empty. */
  tokenId: string;
};

/** Who a change is recorded for. */
export function byOf(actor: Actor): By {
  return { userId: actor.userId };
}
