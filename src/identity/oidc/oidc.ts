import { type Actor, byOf } from '../../access/actor.ts';
import type { OidcSettings } from '../../config.ts';
import type { OidcLink, OidcProblem } from '../../contract/oidc.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { authenticate } from '../authenticate.ts';
import { beginLogin, type LoginOrigin } from '../begin-login.ts';
import { confirmPassword } from '../confirm-password.ts';
import type { Identity } from '../identity.ts';
import type { LoginThrottle } from '../login-throttle.ts';
import type { Slots } from '../slots.ts';
import { type Claims, groupNames, newNames } from './claims.ts';
import { type Flow, newFlow, openFlow } from './flow.ts';
import { nextPath } from './next-path.ts';
import { type OidcProvider, ProviderError } from './provider.ts';

/** Signing in with an OpenID Connect provider. */
export type Oidc = Identity & {
  settings: OidcSettings;
  provider: OidcProvider;
  /** Of those who come back with nothing good, for each network. */
  throttle: LoginThrottle;
  /** For what is asked of the provider: one that hangs holds up nobody else. */
  slots: Slots;
};

/** Where the browser goes next, and what it keeps. */
export type Step = { location: string; flow?: Flow; token?: string };

/** Sends somebody to the provider, or back with the reason why not. */
export async function beginSignIn(oidc: Oidc, next: string | undefined): Promise<Step> {
  const flow = newFlow(oidc, { next: nextPath(next) });
  try {
    return { location: await ask(oidc, () => oidc.provider.authorizationUrl(flow)), flow };
  } catch (error) {
    return { location: signInPage(toProblem(oidc, error), flow.next) };
  }
}

/** Sends somebody who is signed in, and knows the password, to the provider to be linked with whom they are there.
 *  @throws AppError wrong_password, too_many_requests; conflict when they are linked already; provider_unavailable */
export async function beginLink(
  oidc: Oidc,
  identity: Identity,
  actor: Actor,
  proof: { password: string } & LoginOrigin,
): Promise<{ location: string; flow: Flow }> {
  await confirmPassword(identity, actor, proof);
  if (await oidc.store.read.oidcLinkOf({ userId: actor.userId, issuer: oidc.settings.issuer })) {
    throw new AppError('conflict', { detail: 'Your account is linked already. Unlink it first.' });
  }
  const flow = newFlow(oidc, { next: '/account', link: { userId: actor.userId, tokenId: actor.tokenId } });
  try {
    return { location: await ask(oidc, () => oidc.provider.authorizationUrl(flow)), flow };
  } catch (error) {
    toProblem(oidc, error);
    throw new AppError('provider_unavailable', { cause: error });
  }
}

type Return = {
  query: Readonly<Record<string, string | undefined>>;
  /** What the browser kept since the beginning. */
  flowCookie: string | undefined;
  /** The login it has, if any. */
  token: string | undefined;
} & LoginOrigin;

/** Takes up whoever comes back from the provider: the browser that began, with the state it was given, and with a code that is good once. */
export async function finish(oidc: Oidc, from: Return): Promise<Step> {
  const flow = openFlow(oidc, from.flowCookie);
  // Nothing is asked of anybody, and nothing counted: any page can send its readers here, and would shut their network out.
  if (!flow || from.query['state'] !== flow.state) return { location: signInPage('over', '/') };
  const attempt = oidc.throttle.begin({ address: from.address });
  if ('retryAfterSeconds' in attempt) return { location: signInPage('too_many', '/') };
  try {
    const claims = await ask(oidc, () => oidc.provider.claimsFor(flow, from.query));
    const step = flow.link ? await link(oidc, flow.link, claims, from) : await signIn(oidc, flow, claims, from);
    attempt.succeed();
    return step;
  } catch (error) {
    const problem = toProblem(oidc, error);
    if (problem === 'provider_unavailable' || problem === 'unavailable') attempt.withdraw();
    return { location: flow.link ? accountPage(problem) : signInPage(problem, flow.next) };
  }
}

async function signIn(oidc: Oidc, flow: Flow, { subject, claims }: Claims, origin: LoginOrigin): Promise<Step> {
  const { groupsClaim, allowsSignUp, issuer } = oidc.settings;
  const nowMs = oidc.clock.nowMs();
  const { token, login } = beginLogin(nowMs, origin);
  const names = allowsSignUp ? newNames(claims) : undefined;
  const outcome = await oidc.store.write.signInByOidc({
    ...login,
    issuer,
    subject,
    ...(groupsClaim !== undefined && { groupNames: groupNames(claims, groupsClaim) }),
    ...(names && { newUser: { userId: newId(), ...names } }),
    at: new Date(nowMs).toISOString(),
  });
  switch (outcome) {
    case 'signed_in':
      return { location: flow.next, token };
    case 'name_taken':
      return { location: signInPage('name_taken', flow.next) };
    // Whether there is no account or one that is deactivated is the administrators' to say.
    case 'unknown':
    case 'inactive':
      return { location: signInPage('no_account', flow.next) };
  }
}

/** Links in the browser, and under the login, that it was begun with. */
async function link(
  oidc: Oidc,
  { userId, tokenId }: NonNullable<Flow['link']>,
  { subject }: Claims,
  { token }: Return,
): Promise<Step> {
  const actor = token === undefined ? undefined : await authenticate(oidc, token);
  if (actor?.userId !== userId || actor.tokenId !== tokenId) return { location: accountPage('over') };
  const outcome = await oidc.store.write.linkOidc({
    issuer: oidc.settings.issuer,
    subject,
    userId,
    at: oidc.clock.now(),
    by: byOf(actor),
  });
  switch (outcome) {
    case 'linked':
      return { location: '/account' };
    case 'taken':
      return { location: accountPage('linked_elsewhere') };
    case 'other_linked':
      return { location: accountPage('other_linked') };
  }
}

/** Whether and since when somebody's account is linked. */
export async function getLink(
  { store }: Pick<Identity, 'store'>,
  settings: OidcSettings | undefined,
  userId: string,
): Promise<OidcLink> {
  if (!settings) return { oidc: null };
  const linked = await store.read.oidcLinkOf({ userId, issuer: settings.issuer });
  return { oidc: { name: settings.name, linked_at: linked?.linked_at ?? null } };
}

/** The end of one's own link, by whoever knows the account's password; again is no error.
 *  @throws AppError only_way_in, wrong_password, too_many_requests, overloaded; unauthenticated when the account ended meanwhile */
export async function unlinkOwn(
  identity: Identity,
  actor: Actor,
  proof: { password: string } & LoginOrigin,
): Promise<void> {
  const { store, clock } = identity;
  const known = await store.read.userByName({ username: actor.username });
  if (known?.id === actor.userId && known.password_hash === '') throw new AppError('only_way_in');
  const { id, password_hash } = await confirmPassword(identity, actor, proof);
  const change = { at: clock.now(), by: byOf(actor) };
  const outcome = await store.write.unlinkOwnOidc({ ...change, userId: id, verifiedHash: password_hash });
  if (outcome === 'refused') throw new AppError('unauthenticated');
}

/** Unlinks a user and ends their logins; again is no error.
 *  @throws AppError not_found */
export async function unlink(
  { store, clock }: Pick<Identity, 'store' | 'clock'>,
  actor: Actor,
  userId: string,
): Promise<void> {
  const outcome = await store.write.unlinkOidc({ userId, at: clock.now(), by: byOf(actor) });
  if (outcome !== 'unlinked') throw new AppError(outcome);
}

const ask = <T>({ slots }: Oidc, work: () => Promise<T>): Promise<T> => slots.run(work);

/** What the person is told; the log is told why. */
function toProblem({ log }: Oidc, error: unknown): OidcProblem {
  if (error instanceof ProviderError) {
    log.warn('oidc_failed', { problem: error.problem, reason: error.message });
    return error.problem;
  }
  if (error instanceof AppError) return error.code === 'unauthenticated' ? 'over' : 'unavailable';
  throw error;
}

function signInPage(problem: OidcProblem, next: string): string {
  return `/sign-in?${new URLSearchParams({ problem, ...(next !== '/' && { next }) }).toString()}`;
}

const accountPage = (problem: OidcProblem) => `/account?${new URLSearchParams({ problem }).toString()}`;
