import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
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

test('each script and style sheet lies packed beside itself, and is the same', () => {
  buildWebAppOnce();
  const files = globSync('web/dist/assets/*.{js,mjs,css}', { cwd: root });
  expect(files.length).toBeGreaterThan(6);
  for (const file of files) {
    const packed = gunzipSync(readFileSync(join(root, `${file}.gz`)));
    expect(packed.equals(readFileSync(join(root, file))), file).toBe(true);
  }
}, 120_000);
