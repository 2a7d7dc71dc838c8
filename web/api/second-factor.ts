import type { Role } from '../../src/contract/auth.ts';
import { loginAnswer } from '../../src/contract/auth.ts';
import {
  begunSecondFactor,
  confirmedSecondFactor,
  renewedRecoveryCodes,
  secondFactorRule,
  secondFactorState,
} from '../../src/contract/second-factor.ts';
import { call, command } from './client.ts';

const own = '/api/account/second-factor';
const rule = '/api/admin/second-factor';
type Proof = { password: string; code: string };

/** The second step of a sign-in. */
export async function enterCode(challenge: string, code: string) {
  const body = { challenge, code };
  return (await call(loginAnswer, 'POST', '/api/auth/login/second-factor', { body })).user;
}

export const fetchSecondFactor = (signal: AbortSignal) => call(secondFactorState, 'GET', own, { signal });
export const beginSecondFactor = (password: string) =>
  call(begunSecondFactor, 'POST', `${own}/begin`, { body: { password } });
export const confirmSecondFactor = (code: string) =>
  call(confirmedSecondFactor, 'POST', `${own}/confirm`, { body: { code } });
export const renewRecoveryCodes = (body: Proof) =>
  call(renewedRecoveryCodes, 'POST', `${own}/recovery-codes`, { body });
export const turnOffSecondFactor = (body: Proof) => call(loginAnswer, 'POST', `${own}/turn-off`, { body });

export const fetchSecondFactorRule = (signal: AbortSignal) => call(secondFactorRule, 'GET', rule, { signal });
export const putSecondFactorRule = (roles: Role[]) =>
  call(secondFactorRule, 'PUT', rule, { body: { required_for: roles } });
export const removeSecondFactor = (userId: string) =>
  command('DELETE', `/api/admin/users/${encodeURIComponent(userId)}/second-factor`);
