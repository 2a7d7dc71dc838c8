import type { LoginAnswer } from '../contract/auth.ts';
import { AppError } from '../errors.ts';
import { beginLogin } from './begin-login.ts';
import { type Identity, toMe } from './identity.ts';
import { beginAttempt, recordRefusals } from './password-attempt.ts';

export type LoginInput = {
  username: string;
  password: string;
  /** The client's address, see `RequestFacts`. */
  address: string;
  userAgent: string;
};

/** Signs a person in with a new token. A wrong name, a wrong password and an inactive account answer alike and take the same time.
 *  @throws AppError wrong_credentials, too_many_requests, overloaded, store_unavailable */
export async function login(identity: Identity, input: LoginInput): Promise<LoginAnswer> {
  const attempt = beginAttempt(identity, input);
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

async function tryLogin(
  identity: Identity,
  input: LoginInput,
  failuresBefore: number,
): Promise<LoginAnswer | undefined> {
  const { store, clock, passwords } = identity;
  const user = await store.read.userByName({ username: input.username });
  const verdict = await passwords.check(input.password, user?.password_hash);
  if (!user || verdict === 'wrong' || user.is_active === 0) return undefined;
  const newHash = verdict === 'weak' ? await passwords.hash(input.password) : undefined;
  const nowMs = clock.nowMs();
  const { token, login: begun } = beginLogin(nowMs, input);
  const outcome = await store.write.putLoginToken({
    ...begun,
    userId: user.id,
    verifiedHash: user.password_hash,
    ...(newHash !== undefined && { newHash }),
    ...(failuresBefore > 0 && { failuresBefore }),
    at: new Date(nowMs).toISOString(),
  });
  if (outcome === 'refused') return undefined;
  return { access_token: token, token_type: 'bearer', expires_at: begun.expiresAt, user: toMe(user) };
}
