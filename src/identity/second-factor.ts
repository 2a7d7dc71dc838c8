import type { Actor } from '../access/actor.ts';
import { byOf } from '../access/actor.ts';
import type { LoginAnswer } from '../contract/auth.ts';
import type {
  BegunSecondFactor,
  ConfirmedSecondFactor,
  RenewedRecoveryCodes,
  SecondFactorRule,
  SecondFactorState,
} from '../contract/second-factor.ts';
import { AppError } from '../errors.ts';
import type { SecondFactorProof } from '../store/commands/second-factor-proof.ts';
import { beginLogin, type LoginOrigin, toLoginAnswer } from './begin-login.ts';
import { confirmPassword } from './confirm-password.ts';
import { type Identity, meOf } from './identity.ts';
import { beginAttempt } from './login-throttle.ts';
import { openTotp, totpPlace } from './open-totp.ts';
import { checkCode, hashRecoveryCode, newRecoveryCodes, newTotpSecret, totpUri } from './totp.ts';

/** Where a call comes from. */
export async function getSecondFactor({ store }: Pick<Identity, 'store'>, actor: Actor): Promise<SecondFactorState> {
  const record = await store.read.secondFactor({ userId: actor.userId });
  const isOn = record !== undefined && record.confirmed_at !== null;
  return {
    is_on: isOn,
    on_since: record?.confirmed_at ?? null,
    is_required: (await store.read.rolesWithSecondFactor({})).includes(actor.role),
    recovery_codes_left: isOn ? record.codes_left : 0,
  };
}

/** A secret for the user's app. It is not on before it is confirmed; begun again, another takes its place.
 *  @throws AppError not_confirmed, too_many_requests; conflict when it is on */
export async function beginSecondFactor(
  identity: Identity,
  actor: Actor,
  proving: { password: string } & LoginOrigin,
): Promise<BegunSecondFactor> {
  await withPassword(identity, actor, proving);
  const secret = newTotpSecret();
  const outcome = await identity.store.write.beginSecondFactor({
    userId: actor.userId,
    secret: identity.sealing.seal(totpPlace(actor.userId), secret),
    keyId: identity.sealing.keyId,
    at: identity.clock.now(),
    by: byOf(actor),
  });
  switch (outcome) {
    case 'begun':
      return { secret, uri: totpUri(actor.username, secret) };
    case 'already_on':
      throw new AppError('conflict', { detail: 'It is on already. Turn it off first to change the app.' });
    case 'other_key':
      throw new AppError('store_unavailable', {
        detail: 'This process encrypts with another key than the store. Restart it with the key the others have.',
      });
    case 'not_found':
      throw new AppError('not_found');
  }
}

/** Turns it on with the first code of the app. Every login of the user ends; the answer has the one to go on with, and the recovery codes.
 *  @throws AppError not_confirmed, too_many_requests, passwords_off */
export async function confirmSecondFactor(
  identity: Identity,
  actor: Actor,
  { code, ...from }: LoginOrigin & { code: string },
): Promise<ConfirmedSecondFactor> {
  const { store, clock } = identity;
  const { userId } = actor;
  const recoveryCodes = newRecoveryCodes();
  const { token, login } = beginLogin(clock.nowMs(), from);
  await withCode(identity, actor, from, async () => {
    const totp = await openTotp(identity, userId, { isPending: true });
    const proof = totp && checkCode(totp, code, clock.nowMs());
    if (!totp || !proof || !('step' in proof)) return false;
    const outcome = await store.write.confirmSecondFactor({
      userId,
      secret: totp.sealed,
      step: proof.step,
      codeHashes: recoveryCodes.map((each) => hashRecoveryCode(userId, each)),
      login,
      at: clock.now(),
      by: byOf(actor),
    });
    if (outcome === 'passwords_off') throw new AppError(outcome);
    return outcome === 'confirmed';
  });
  return { recovery_codes: recoveryCodes, login: toLoginAnswer(token, login, await meOf(identity, actor)) };
}

type Proving = { password: string; code: string } & LoginOrigin;

/** Ten new recovery codes in the place of those before.
 *  @throws AppError not_confirmed, too_many_requests */
export async function renewRecoveryCodes(
  identity: Identity,
  actor: Actor,
  proving: Proving,
): Promise<RenewedRecoveryCodes> {
  const codes = newRecoveryCodes();
  const codeHashes = codes.map((each) => hashRecoveryCode(actor.userId, each));
  await prove(identity, actor, proving, async (proof) => {
    const args = { userId: actor.userId, proof, codeHashes, at: identity.clock.now(), by: byOf(actor) };
    return (await identity.store.write.renewRecoveryCodes(args)) === 'renewed';
  });
  return { recovery_codes: codes };
}

/** Turns it off. Every login of the user ends; the answer is the one to go on with.
 *  @throws AppError not_confirmed, too_many_requests, passwords_off; conflict while the user's role must have one */
export async function turnOffSecondFactor(identity: Identity, actor: Actor, proving: Proving): Promise<LoginAnswer> {
  const { token, login } = beginLogin(identity.clock.nowMs(), proving);
  await prove(identity, actor, proving, async (proof) => {
    const outcome = await identity.store.write.turnOffSecondFactor({
      userId: actor.userId,
      proof,
      login,
      at: identity.clock.now(),
      by: byOf(actor),
    });
    if (outcome === 'required') {
      throw new AppError('conflict', {
        detail:
          'Your role must have an authenticator app. To change the app, let an administrator remove the one you have.',
      });
    }
    if (outcome === 'passwords_off') throw new AppError(outcome);
    return outcome === 'off';
  });
  return toLoginAnswer(token, login, await meOf(identity, actor));
}

/** Takes it from a user who lost the app, and signs them out everywhere; again is no error.
 *  @throws AppError not_found */
export async function removeSecondFactor(
  { store, clock }: Pick<Identity, 'store' | 'clock'>,
  actor: Actor,
  userId: string,
): Promise<void> {
  const outcome = await store.write.removeSecondFactor({ userId, at: clock.now(), by: byOf(actor) });
  if (outcome !== 'removed') throw new AppError(outcome);
}

export async function getSecondFactorRule({ store }: Pick<Identity, 'store'>): Promise<SecondFactorRule> {
  return { required_for: await store.read.rolesWithSecondFactor({}) };
}

/** From here on users of these roles must have one: who has none is signed out, and led to it when they sign in again.
 *  @throws AppError conflict for an administrator without one who requires it of administrators */
export async function putSecondFactorRule(
  { store, clock }: Pick<Identity, 'store' | 'clock'>,
  actor: Actor,
  { required_for: roles }: SecondFactorRule,
): Promise<SecondFactorRule> {
  const outcome = await store.write.requireSecondFactor({
    userId: actor.userId,
    roles,
    at: clock.now(),
    by: byOf(actor),
  });
  if (outcome === 'own_first') {
    throw new AppError('conflict', {
      detail: 'Turn on your own authenticator app first, under Account: this would sign you out.',
    });
  }
  return { required_for: roles };
}

/** Does the work with what the password and the code prove; neither alone is enough.
 *  @throws AppError not_confirmed, too_many_requests, and what the work throws */
async function prove(
  identity: Identity,
  actor: Actor,
  { password, code, ...origin }: Proving,
  work: (proof: SecondFactorProof) => Promise<boolean>,
): Promise<void> {
  await withPassword(identity, actor, { password, ...origin });
  await withCode(identity, actor, origin, async () => {
    const totp = await openTotp(identity, actor.userId);
    const proof = totp && checkCode(totp, code, identity.clock.nowMs());
    return proof !== undefined && (await work(proof));
  });
}

async function withCode(
  { codeThrottle }: Identity,
  { userId }: Actor,
  { address }: { address: string },
  isGood: () => Promise<boolean>,
): Promise<void> {
  await tried(beginAttempt(codeThrottle, { account: userId, address }), isGood);
}

/** With a code beside it, an answer does not say which of the two was wrong. */
async function withPassword(
  identity: Identity,
  actor: Actor,
  proving: { password: string } & LoginOrigin,
): Promise<void> {
  await confirmPassword(identity, actor, proving).catch((error: unknown) => {
    throw error instanceof AppError && error.code === 'wrong_password' ? new AppError('not_confirmed') : error;
  });
}

async function tried(attempt: ReturnType<typeof beginAttempt>, isGood: () => Promise<boolean>): Promise<void> {
  let good: boolean;
  try {
    good = await isGood();
  } catch (error) {
    attempt.withdraw();
    throw error;
  }
  if (!good) throw new AppError('not_confirmed');
  attempt.succeed();
}
