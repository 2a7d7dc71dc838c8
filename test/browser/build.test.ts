import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { buildWebAppOnce } from './build-web-app-once.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the built web app is the one for production, also when a test builds it: it names no folder of this machine', () => {
  buildWebAppOnce();
  const files = globSync('web/dist/assets/*.js', { cwd: root });
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    const script = readFileSync(join(root, file), 'utf8');
    expect(script.includes(join(root, 'web')), file).toBe(false);
  }
}, 120_000);
