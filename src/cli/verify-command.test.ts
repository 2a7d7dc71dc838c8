import { afterAll, beforeAll, expect, test } from 'vitest';
import { givenFullStore } from '../admin/verify/testing/given-store.ts';
import { systemClock } from '../clock.ts';
import { openSnapshot } from '../store/sqlite/snapshot.ts';
import { runPerdure } from './perdure.ts';

let given: Awaited<ReturnType<typeof givenFullStore>>;
beforeAll(async () => {
  given = await givenFullStore();
});
afterAll(() => given.close());

async function run(...argv: string[]) {
  let out = '';
  let err = '';
  const code = await runPerdure(
    {
      start: () => Promise.resolve(),
      openSnapshot,
      linesOf: async function* () {},
      clock: systemClock,
      bootId: 'boot',
      maxRunning: 64,
      env: { PERDURE_DATA_DIR: given.folder },
      print: (text) => (out += text),
      complain: (line) => (err += line),
    },
    argv,
  );
  return { code, out, err };
}

test('a whole store is ok', async () => {
  const { code, out, err } = await run('verify');
  console.log(out, err);
  expect(code).toBe(0);
});
