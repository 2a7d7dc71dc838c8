import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildWebAppOnce } from './build-web-app-once.ts';
import { findChromium, launchChromium, noChromium } from './chromium.ts';
import { Profile, type ProfileOptions } from './profile.ts';

export type OpenProfile = (options: ProfileOptions) => Promise<Profile>;

/** Starting a browser and a server on a machine that others use too. */
const patientMs = 120_000;

/** Tests in a real browser on the built web app. What no page may ever do (an error in the console, a dialog, a request to
 *  another origin) is checked after each of them. Without Chromium they are skipped, and said to be; in CI that is a failure. */
export function inBrowser(name: string, tests: (open: OpenProfile) => void): void {
  if (!findChromium()) {
    const reason = noChromium;
    if (process.env.CI === 'true' || process.env.CI === '1') {
      describe(name, () => it('has a browser', () => expect.fail(reason)));
      return;
    }
    process.stderr.write(`Skipped: ${name} (${reason})\n`);
    describe.skip(`${name} (skipped: ${reason})`, () => tests(notOpen));
    return;
  }

  describe(name, { timeout: patientMs }, () => {
    let browser: Browser | undefined;
    let opened: Profile[] = [];

    beforeAll(async () => {
      buildWebAppOnce();
      browser = await launchChromium();
    }, patientMs);
    afterEach(async () => {
      const profiles = opened;
      opened = [];
      for (const profile of profiles) await profile.close();
      expect(profiles.flatMap((profile) => profile.problems)).toEqual([]);
    });
    afterAll(async () => browser?.close());

    tests(async (options) => {
      if (!browser) return notOpen();
      const profile = await Profile.open(browser, options);
      opened.push(profile);
      return profile;
    });
  });
}

function notOpen(): Promise<Profile> {
  throw new Error('The browser is open during tests, not while they are collected.');
}
