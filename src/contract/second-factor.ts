import { z } from 'zod';
import { loginAnswer, role } from './auth.ts';
import { time } from './common.ts';

/** A code of the app, or a recovery code: spaces, dashes and case do not count. */
const code = z.string().min(1).max(100);
const password = z.string().min(1).max(1024);

export const secondFactorLoginBody = z.strictObject({
  /** From the `second_factor_required` answer of the first step; good for five minutes. */
  challenge: z.string().min(1).max(2_000),
  code,
});

export const secondFactorState = z.strictObject({
  is_on: z.boolean(),
  on_since: time.nullable(),
  /** An administrator says that the user's role must have one: it cannot be turned off. */
  is_required: z.boolean(),
  recovery_codes_left: z.number().int().min(0),
});
export type SecondFactorState = z.infer<typeof secondFactorState>;

export const beginSecondFactorBody = z.strictObject({ password });
export const begunSecondFactor = z.strictObject({
  /** Base32, for apps that are typed into. */
  secret: z.string(),
  /** `otpauth://totp/…`, for a QR code. */
  uri: z.string(),
});
export type BegunSecondFactor = z.infer<typeof begunSecondFactor>;

export const confirmSecondFactorBody = z.strictObject({ code });
/** Shown once; only their hashes are stored. */
const recovery_codes = z.array(z.string());
export const confirmedSecondFactor = z.strictObject({ recovery_codes, login: loginAnswer });
export type ConfirmedSecondFactor = z.infer<typeof confirmedSecondFactor>;

export const proveSecondFactorBody = z.strictObject({ password, code });
export const renewedRecoveryCodes = z.strictObject({ recovery_codes });
export type RenewedRecoveryCodes = z.infer<typeof renewedRecoveryCodes>;

/** The roles that must have a second factor. */
export const secondFactorRule = z.strictObject({
  required_for: z.array(role).refine((roles) => new Set(roles).size === roles.length, 'Name each role once.'),
});
export type SecondFactorRule = z.infer<typeof secondFactorRule>;
