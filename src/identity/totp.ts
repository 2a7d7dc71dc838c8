import { generateSecret, generateURI, verifySync } from 'otplib';
import { sha256 } from '../ids.ts';
import type { SecondFactorProof } from '../store/commands/second-factor-proof.ts';
import { readableSecret } from './readable-secret.ts';

/** What a user's authenticator app holds, as far as a code is checked against it. */
export type Totp = {
  userId: string;
  /** Base32. */
  secret: string;
  /** The newest time step whose code was used. */
  lastStep: number;
};

const stepSeconds = 30;
const recoveryCodes = 10;

/** 160 random bits, as RFC 4226 recommends. */
export const newTotpSecret = (): string => generateSecret({ length: 20 });

/** What an app reads from a QR code. */
export const totpUri = (username: string, secret: string): string =>
  generateURI({ issuer: 'Perdure', label: username, secret });

/** What a code proves: that of the app in the step before, this or the next (30 s each, SHA-1, 6 digits: what every app can), newer
 *  than the last one used; or a recovery code, whose use the store decides about. Undefined for a wrong one. Pure.
 *  @see RFC 6238 */
export function checkCode(
  { userId, secret, lastStep }: Totp,
  code: string,
  nowMs: number,
): SecondFactorProof | undefined {
  const digits = code.replaceAll(/[\s-]/g, '');
  if (/^\d{6}$/.test(digits)) {
    const epoch = Math.floor(nowMs / 1000);
    const result = verifySync({ secret, token: digits, epoch, epochTolerance: stepSeconds, afterTimeStep: lastStep });
    return result.valid && 'timeStep' in result ? { step: result.timeStep } : undefined;
  }
  return { recoveryHash: hashRecoveryCode(userId, code) };
}

/** Ten codes of 80 bits, each good once. */
export const newRecoveryCodes = (): string[] => Array.from({ length: recoveryCodes }, () => readableSecret(4));

/** However it is written: case, spaces and dashes do not count. */
export function hashRecoveryCode(userId: string, code: string): string {
  return sha256(`${userId} ${code.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`);
}
