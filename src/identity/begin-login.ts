import type { LoginAnswer, Me } from '../contract/auth.ts';
import type { RequestFacts } from '../http/route.ts';
import { newId, newSecret, sha256 } from '../ids.ts';
import type { NewLogin } from '../store/commands/login-tokens.ts';

/** A login ends this long after it began, whatever its use. */
export const loginLifetimeMs = 30 * 24 * 3_600_000;
/** A login unused for this long ends. */
export const loginIdleMs = 14 * 24 * 3_600_000;

const maxUserAgentLength = 300;
const maxAddressLength = 100;

/** Where a login comes from, as the request says. */
export type LoginOrigin = { address: string; userAgent: string };

/** A login that begins at `nowMs`: the token for the person, and what is stored. */
export function beginLogin(nowMs: number, origin: LoginOrigin): { token: string; login: NewLogin } {
  const token = newSecret();
  return {
    token,
    login: {
      tokenId: newId(),
      tokenHash: sha256(token),
      expiresAt: new Date(nowMs + loginLifetimeMs).toISOString(),
      ...originOf(origin),
    },
  };
}

/** Where something comes from, as much of it as is kept. */
export function originOf({ address, userAgent }: LoginOrigin): LoginOrigin {
  return { address: address.slice(0, maxAddressLength), userAgent: userAgent.slice(0, maxUserAgentLength) };
}

/** What a person gets who is signed in. */
export function toLoginAnswer(token: string, { expiresAt }: NewLogin, user: Me): LoginAnswer {
  return { access_token: token, token_type: 'bearer', expires_at: expiresAt, user };
}

/** Where a request says it comes from. */
export function originOfRequest({ address, headers }: Pick<RequestFacts, 'address' | 'headers'>): LoginOrigin {
  return { address, userAgent: headers.get('user-agent') ?? '' };
}
