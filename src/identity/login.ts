import type { LoginAnswer } from '../contract/auth.ts';
import { AppError } from '../errors.ts';
import type { SecondFactorProof } from '../store/commands/second-factor-proof.ts';
import type { UserRecord } from '../store/queries/users.ts';
import { beginLogin, type LoginOrigin, toLoginAnswer } from './begin-login.ts';
import { type Identity, toMe } from './identity.ts';
import { beginAttempt } from './login-throttle.ts';
import { openTotp } from './open-totp.ts';
import { recordRefusals } from './record-refusals.ts';
import { newChallenge, openChallenge } from './sign-in-challenge.ts';
import { checkCode } from './totp.ts';

export type LoginInput = {
  username: string;
  password: string;
  /** The client's address, see `RequestFacts`. */
  address: string;
  userAgent: string;
};

/** Signs a person in with a new token. A wrong name, a wrong password and an inactive account answer alike and take the same time.
 *  @throws AppError wrong_credentials, too_many_requests, overloaded, store_unavailable; passwords_off, once the password was right; second_factor_required, with the challenge for the second step */
export async function login(identity: Identity, input: LoginInput): Promise<LoginAnswer> {
  const attempt = beginAttempt(identity.throttle, {
    account: input.username.toLowerCase(),
    address: input.address,
  });
  let answer: LoginAnswer | undefined;
  try {
    answer = await tryLogin(identity, input, attempt.failuresBefore);
  } catch (error) {
    attempt.withdraw();
    throw error;
  }
  if (!answer) {
    await recordRefusals(identity, input, attempt.fail());
    throw new AppError('wrong_credentials');
  }
  attempt.succeed();
  return answer;
}

/** Ends a login: its token is dead when this resolves. */
export async function logout({ store, clock }: Pick<Identity, 'store' | 'clock'>, tokenId: string): Promise<void> {
  await store.write.revokeLoginToken({ tokenId, at: clock.now() });
}

/** The second step: signs in who has passed the first one and has a code, of the app or for recovery.
 *  @throws AppError challenge_over, wrong_code, too_many_requests, store_unavailable */
export async function loginWithCode(
  identity: Identity,
  { challenge, code, ...from }: LoginOrigin & { challenge: string; code: string },
): Promise<LoginAnswer> {
  const opened = await openChallenge(identity, challenge);
  if (!opened) throw new AppError('challenge_over');
  const { user, newHash } = opened;
  const attempt = beginAttempt(identity.codeThrottle, { account: user.id, address: from.address });
  let answer: LoginAnswer | undefined;
  try {
    const totp = await openTotp(identity, user.id);
    const proof = totp && checkCode(totp, code, identity.clock.nowMs());
    const facts = { ...from, failuresBefore: attempt.failuresBefore, ...(newHash !== undefined && { newHash }) };
    answer = proof && (await issueLogin(identity, user, { ...facts, proof }));
  } catch (error) {
    attempt.withdraw();
    throw error;
  }
  if (!answer) {
    await recordRefusals(identity, { ...from, username: user.username }, attempt.fail());
    throw new AppError('wrong_code');
  }
  attempt.succeed();
  return answer;
}

async function tryLogin(
  identity: Identity,
  input: LoginInput,
  failuresBefore: number,
): Promise<LoginAnswer | undefined> {
  const { store, passwords } = identity;
  const user = await store.read.userByName({ username: input.username });
  const verdict = await passwords.check(input.password, user?.password_hash);
  if (!user || verdict === 'wrong' || user.is_active === 0) return undefined;
  const newHash = verdict === 'weak' ? await passwords.hash(input.password) : undefined;
  if (user.role !== 'administrator' && (await store.read.passwordsAreLimited({}))) throw new AppError('passwords_off');
  if (user.has_second_factor === 1) {
    throw new AppError('second_factor_required', { members: { challenge: newChallenge(identity, user, newHash) } });
  }
  return issueLogin(identity, user, { ...input, failuresBefore, ...(newHash !== undefined && { newHash }) });
}

async function issueLogin(
  { store, clock }: Identity,
  user: UserRecord & { password_hash: string },
  {
    newHash,
    proof,
    failuresBefore,
    ...origin
  }: LoginOrigin & { newHash?: string; proof?: SecondFactorProof; failuresBefore: number },
): Promise<LoginAnswer | undefined> {
  const nowMs = clock.nowMs();
  const { token, login: begun } = beginLogin(nowMs, origin);
  const outcome = await store.write.putLoginToken({
    ...begun,
    userId: user.id,
    verifiedHash: user.password_hash,
    ...(newHash !== undefined && { newHash }),
    ...(proof !== undefined && { proof }),
    ...(failuresBefore > 0 && { failuresBefore }),
    at: new Date(nowMs).toISOString(),
  });
  if (outcome === 'refused') return undefined;
  if (outcome === 'passwords_off') throw new AppError('passwords_off');
  return toLoginAnswer(token, begun, {
    ...toMe(user),
    ...(outcome === 'limited' && { must_turn_on_second_factor: true }),
  });
}
