import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPostgres, noPostgres } from './find-postgres.ts';
import { openPrivatePostgres, type PrivatePostgres } from './private-postgres.ts';

/** Tests on a PostgreSQL server of their own. Without its programs they are skipped, and said to be; in CI that is a failure.
 *  @param tests  asks for the server while they run */
export function inPostgres(name: string, tests: (server: () => PrivatePostgres) => void): void {
  if (findPostgres() === undefined) {
    if (process.env.CI === 'true' || process.env.CI === '1') {
      describe(name, () => it('has PostgreSQL', () => expect.fail(noPostgres)));
      return;
    }
    process.stderr.write(`Skipped: ${name} (${noPostgres})\n`);
    describe.skip(`${name} (skipped: ${noPostgres})`, () => tests(notOpen));
    return;
  }

  describe(name, () => {
    let server: PrivatePostgres | undefined;
    beforeAll(async () => {
      server = await openPrivatePostgres();
    });
    afterAll(() => server?.close());
    tests(() => server ?? notOpen());
  });
}

function notOpen(): never {
  throw new Error('The server runs during tests, not while they are collected.');
}
