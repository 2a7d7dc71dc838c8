import type { LoginAnswer } from '../contract/auth.ts';
import { AppError } from '../errors.ts';
import { newId, newSecret, sha256 } from '../ids.ts';
import { type Identity, toMe } from './identity.ts';
import type { Refusals } from './refusal-meter.ts';

/** A login ends this long after it began, whatever its use. */
export const loginLifetimeMs = 30 * 24 * 3_600_000;
const maxUserAgentLength = 300;
const maxAddressLength = 100;

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
  const attempt = identity.throttle.begin({ account: input.username.toLowerCase(), address: input.address });
  if ('retryAfterSeconds' in attempt) {
    throw new AppError('too_many_requests', {
      detail: 'Too many attempts to sign in. Wait and try again.',
      retryAfterSeconds: attempt.retryAfterSeconds,
    });
  }
  let answer: LoginAnswer | undefined;
  try {
    answer = await tryLogin(identity, input, attempt.failuresBefore);
  } catch (error) {
    attempt.withdraw();
    throw error;
  }
  if (!answer) {
    await recordRefusal(identity, input, attempt.fail());
    throw new AppError('wrong_credentials');
  }
  attempt.succeed();
  return answer;
}

/** Ends a login: its token is dead when this resolves. */
export async function logout({ store, clock }: Pick<Identity, 'store' | 'clock'>, tokenId: string): Promise<void> {
  await store.write.revokeLoginToken({ tokenId, at: clock.now() });
}

/** What cannot be recorded is logged: the answer stays that of a wrong password. */
async function recordRefusal(identity: Identity, input: LoginInput, refusals: Refusals | undefined): Promise<void> {
  if (!refusals) return;
  const { store, clock, log } = identity;
  await store.write
    .noteRefusedSignIns({ ...refusals, username: input.username, ...clientOf(input), at: clock.now() })
    .catch((error: unknown) => log.warn('refused_sign_ins_not_recorded', { reason: String(error) }));
}

function clientOf({ userAgent, address }: LoginInput): { userAgent: string; address: string } {
  return { userAgent: userAgent.slice(0, maxUserAgentLength), address: address.slice(0, maxAddressLength) };
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
  const token = newSecret();
  const nowMs = clock.nowMs();
  const expiresAt = new Date(nowMs + loginLifetimeMs).toISOString();
  const outcome = await store.write.putLoginToken({
    tokenId: newId(),
    tokenHash: sha256(token),
    userId: user.id,
    verifiedHash: user.password_hash,
    ...(newHash !== undefined && { newHash }),
    expiresAt,
    ...clientOf(input),
    ...(failuresBefore > 0 && { failuresBefore }),
    at: new Date(nowMs).toISOString(),
  });
  if (outcome === 'refused') return undefined;
  return { access_token: token, token_type: 'bearer', expires_at: expiresAt, user: toMe(user) };
}
