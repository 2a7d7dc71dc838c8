import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { newSecret } from '../../ids.ts';
import type { Sealing } from '../../sealing.ts';

/** How long signing in at the provider may take. */
const flowMs = 10 * 60_000;
const place = { purpose: 'sign-in at the provider', of: 'browser' };

const flow = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  /** Of PKCE: proves at the end that it is the same browser that began (RFC 7636). */
  verifier: z.string(),
  next: z.string(),
  /** The login that is to be linked; absent for a sign-in. */
  link: z.strictObject({ userId: z.string(), tokenId: z.string() }).optional(),
  untilMs: z.number(),
});
/** A sign-in under way. */
export type Flow = z.infer<typeof flow>;

type Ports = { sealing: Sealing; clock: Clock };

export function newFlow({ clock }: Pick<Ports, 'clock'>, of: Pick<Flow, 'next' | 'link'>): Flow {
  return { ...of, state: newSecret(), nonce: newSecret(), verifier: newSecret(), untilMs: clock.nowMs() + flowMs };
}

/** The name of the cookie that a flow is kept in, beside that of logins. */
export const flowCookieName = (cookie: string) => `${cookie}-oidc`;

/** The cookie for the browser that began: sealed, so that no script and nobody who sees it learns the verifier. */
export function flowCookie({ sealing }: Pick<Ports, 'sealing'>, cookie: string, begun: Flow): string {
  const value = sealing.seal(place, JSON.stringify(begun));
  return `${flowCookieName(cookie)}=${value}; Max-Age=${flowMs / 1000}; ${attributes(cookie)}`;
}

/** Makes the browser forget it, whatever became of it. */
export function clearedFlowCookie(cookie: string): string {
  return `${flowCookieName(cookie)}=; Max-Age=0; ${attributes(cookie)}`;
}

/** The flow in a cookie; undefined for none, a forged one and one that took too long. */
export function openFlow({ sealing, clock }: Ports, value: string | undefined): Flow | undefined {
  const text = value === undefined ? undefined : sealing.open(place, value);
  if (text === undefined) return undefined;
  const opened = flow.parse(JSON.parse(text));
  return clock.nowMs() < opened.untilMs ? opened : undefined;
}

/** Lax: it must come along when the provider sends the browser back. */
function attributes(cookie: string): string {
  return `Path=/; HttpOnly; SameSite=Lax${cookie.startsWith('__Host-') ? '; Secure' : ''}`;
}
