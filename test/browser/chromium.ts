import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

export const noChromium = 'no Chromium on the PATH; on Debian, apt-get install chromium';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
  return names.flatMap((each) => folders.map((folder) => join(folder, each))).find(isExecutable);
}

/** Starts the machine's Chromium.
 *  @param options.hasBackForwardCache  as people have it. Playwright turns it off, because its own `goBack` does not come back from it
 *  @throws Error when there is none */
export async function launchChromium(options: { hasBackForwardCache?: boolean } = {}): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(noChromium);
  const ignoreDefaultArgs = options.hasBackForwardCache ? ['--disable-back-forward-cache'] : [];
  return chromium.launch({ executablePath, args, ignoreDefaultArgs });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
