import { expect, test } from 'vitest';
import { createGuessCheck } from './guess-check.ts';

const check = createGuessCheck();

test.each([
  'password123456',
  'P@ssw0rdP@ssw0rd',
  'Passw0rd2026!!',
  'qwertyuiop[]',
  '123456789012',
  'aaaaaaaaaaaaaaaa',
  'abcdefghijklmnop',
  'letmeinletmein',
  'iloveyou1234',
  'administrator1',
  'welcome2026!',
  'Sommer2026!!',
  'monkeydragon12',
  `password${' '.repeat(60)}`,
])('%j is among the first that are tried', async (password) => {
  expect(await check(password, [])).toBe('common');
});

test('what the account or the product is called is no password, however it is dressed up', async () => {
  const names = ['alice.smith@example.org', 'Zoë Ångström'];
  for (const password of [
    'alice.smith@example.org',
    'alice.smith-2026',
    'ALICESMITH2026',
    'htimsecila!!',
    'zoë ångström',
    'AngstromÅngström',
    'perdure2026!',
    'PerdurePerdure',
  ]) {
    expect(await check(password, names), password).toBeDefined();
  }
  expect(await check('alice.smith-2026', names)).toBe('name');
  expect(await check('alice.smith-2026', []), 'somebody else’s name').toBeUndefined();
});

test.each([
  'correct horse battery',
  'a long enough one',
  '7hf8-kq2m-9xvz-p3wd-hh4s',
  'das ist mein haus',
  'vier Enten im Garten',
  'пятнадцать синих чашек',
  '四匹の鴨が庭で泳ぐ朝の光景',
])('%j is hard to guess', async (password) => {
  expect(await check(password, ['alice', 'Alice'])).toBeUndefined();
});

test('the longest and oddest passwords are judged within a second', async () => {
  await check('loads the lists', []);
  const startedMs = performance.now();
  for (const part of ['a1', 'p@$$w0rd1', '4@8(6<3€1!0$5+7%2', 'é', '\u{1f986}', 'aA1!']) {
    await check(part.repeat(128).slice(0, 256), ['alice']);
  }
  expect((performance.now() - startedMs) / 6).toBeLessThan(1_000);
});
