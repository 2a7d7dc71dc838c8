import { expect, test } from 'vitest';
import { untilRefused } from './until-refused.ts';

const forEver = () => new Promise<never>(() => undefined);

test('work ends with what is said to whoever may not have it any more, and hears of it', async () => {
  const refused = new AbortController();
  let asked = 0;
  const ask = async () => {
    asked += 1;
    if (asked === 3) throw new Error('not any more');
  };
  await expect(untilRefused({ ask, refused }, forEver, 1)).rejects.toThrow('not any more');
  expect(refused.signal.aborted).toBe(true);
});

test('what is done is given, and nothing is asked after', async () => {
  const refused = new AbortController();
  let asked = 0;
  const ask = () => Promise.resolve((asked += 1));
  expect(await untilRefused({ ask, refused }, () => Promise.resolve('done'), 1)).toBe('done');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(asked).toBe(0);
});
