import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPasswords } from './passwords.ts';

const cheap = { logN: 4, r: 1, p: 1 };

test('a password is right by its own hash alone, whatever its script', async () => {
  const passwords = createPasswords(cheap);
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), async (one, other) => {
      const stored = await passwords.hash(one);
      expect(await passwords.check(one, stored)).toBe('right');
      if (one.normalize('NFKC') !== other.normalize('NFKC')) expect(await passwords.check(other, stored)).toBe('wrong');
    }),
    { numRuns: 60 },
  );
});

test('the last of 256 characters counts, and composition does not', async () => {
  const passwords = createPasswords(cheap);
  const long = 'ü'.repeat(255);
  const stored = await passwords.hash(`${long}a`);
  expect(await passwords.check(`${long}b`, stored)).toBe('wrong');
  expect(await passwords.check(`${'u\u0308'.repeat(255)}a`, stored)).toBe('right');
});

test('the same password has another hash each time', async () => {
  const passwords = createPasswords(cheap);
  expect(await passwords.hash('secret')).not.toBe(await passwords.hash('secret'));
});

test('a hash of lower cost is right and weak; one of higher cost is right', async () => {
  const stored = await createPasswords(cheap).hash('secret');
  expect(await createPasswords({ ...cheap, logN: 5 }).check('secret', stored)).toBe('weak');
  expect(await createPasswords({ ...cheap, p: 2 }).check('other', stored)).toBe('wrong');
  expect(await createPasswords({ ...cheap, logN: 3 }).check('secret', stored)).toBe('right');
});

test('no password is right where no hash, or an unreadable or too costly one, is stored', async () => {
  const passwords = createPasswords(cheap);
  const key = 'A'.repeat(43);
  const unreadable = [
    undefined,
    '',
    'x',
    '$scrypt$ln=4,r=1,p=1$$',
    `$scrypt$ln=4,r=1,p=1$AAAA$${key.slice(1)}`,
    `$scrypt$ln=40,r=8,p=1$AAAA$${key}`,
    `$scrypt$ln=0,r=0,p=0$AAAA$${key}`,
    `$argon2id$v=19$m=19456,t=2,p=1$AAAA$${key}`,
  ];
  for (const stored of unreadable) {
    expect(await passwords.check('', stored)).toBe('wrong');
    expect(await passwords.check('secret', stored)).toBe('wrong');
  }
});

test('the default is scrypt N=2^15, r=8, p=3, and a missing account costs what a wrong password costs', async () => {
  const passwords = createPasswords();
  const stored = await passwords.hash('correct horse');
  expect(stored).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/);
  const timeMs = async (hash: string | undefined) => {
    const times: number[] = [];
    for (let n = 0; n < 3; n++) {
      const startedMs = performance.now();
      expect(await passwords.check('wrong horse', hash)).toBe('wrong');
      times.push(performance.now() - startedMs);
    }
    return Math.min(...times);
  };
  const ratio = (await timeMs(undefined)) / (await timeMs(stored));
  expect(ratio).toBeGreaterThan(0.3);
  expect(ratio).toBeLessThan(3);
});

test('of 100 checks at once, what may not wait is refused and the rest is answered', async () => {
  const passwords = createPasswords({ logN: 10, r: 8, p: 1 });
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => passwords.check('x', undefined)));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused).toHaveLength(67);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'overloaded' });
});
