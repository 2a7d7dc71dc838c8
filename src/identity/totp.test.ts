import { generateSync } from 'otplib';
import { expect, test } from 'vitest';
import { checkCode, hashRecoveryCode, newRecoveryCodes, newTotpSecret, totpUri } from './totp.ts';

/** The key of RFC 6238, appendix B. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const totp = { userId: 'user', secret, lastStep: 0 };
const atMs = (seconds: number) => seconds * 1000;

test.each([
  [59, '287082', 1],
  [1_111_111_109, '081804', 37_037_036],
  [1_234_567_890, '005924', 41_152_263],
  [20_000_000_000, '353130', 666_666_666],
])('at %i s the code of RFC 6238 fits, with its step', (seconds, code, step) => {
  expect(checkCode(totp, code, atMs(seconds))).toEqual({ step });
  expect(checkCode(totp, `${code.slice(0, 3)}-${code.slice(3)}`, atMs(seconds))).toEqual({ step });
});

test.each([0, 1, 15, 29])('%i s into a step, the codes of one step before and after fit, and no others', (into) => {
  const now = 1_800_000_000 + into;
  const fits = [-3, -2, -1, 0, 1, 2, 3].filter((away) => {
    const code = generateSync({ secret, epoch: now + away * 30 });
    return checkCode(totp, code, atMs(now)) !== undefined;
  });
  expect(fits).toEqual([-1, 0, 1]);
});

test('a code of the step used last, or of one before it, does not fit', () => {
  const now = 1_800_000_000;
  const step = now / 30;
  const checked = (lastStep: number, away: number) =>
    checkCode({ ...totp, lastStep }, generateSync({ secret, epoch: now + away * 30 }), atMs(now));
  expect([-1, 0, 1].map((away) => checked(step, away))).toEqual([undefined, undefined, { step: step + 1 }]);
  expect(checked(step + 1, 1)).toBeUndefined();
  expect(checked(step - 1, 0)).toEqual({ step });
});

test('anything but six digits is looked up as a recovery code of that user, in whatever case it is written', () => {
  const [code = ''] = newRecoveryCodes();
  const proof = { recoveryHash: hashRecoveryCode('user', code) };
  for (const typed of [code, code.toUpperCase(), code.replaceAll('-', ''), ` ${code.replaceAll('-', ' ')} `]) {
    expect(checkCode(totp, typed, 0)).toEqual(proof);
  }
  expect(checkCode({ ...totp, userId: 'other' }, code, 0)).not.toEqual(proof);
  for (const typed of ['12345', '1234567', '१२३४५६', 'null', '']) {
    expect(checkCode(totp, typed, 0)).toEqual({ recoveryHash: hashRecoveryCode('user', typed) });
  }
});

test('secrets and codes are made anew each time, and the app is told what they are for', () => {
  expect(newTotpSecret()).not.toBe(newTotpSecret());
  expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/);
  expect(new Set([...newRecoveryCodes(), ...newRecoveryCodes()]).size).toBe(20);
  expect(decodeURIComponent(totpUri('a@b.c', secret))).toContain(`otpauth://totp/Perdure:a@b.c?secret=${secret}`);
});
