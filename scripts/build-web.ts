import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Builds the web app into `web/dist`, unless what is there was made from the same inputs. */
export function buildWebApp(): void {
  const dist = join(root, 'web/dist');
  const stamp = join(dist, 'inputs.sha256');
  const inputs = hashInputs();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return;
  process.stderr.write('Building the web app …\n');
  // The first empties the folder that both build into.
  for (const folder of ['web', 'web/diagrams']) build(folder);
  mkdirSync(dist, { recursive: true });
  writeFileSync(stamp, inputs);
}

function build(folder: string): void {
  const built = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
    {
      cwd: join(root, folder),
      // Whatever the caller is, a test run say: React's development build is slow, and names the folders it was built in.
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  if (built.status === 0) return;
  process.stderr.write('The web app could not be built; the lines above say why.\n');
  process.exit(1);
}

/** Over every file the web app is built from, and the versions of what builds it. */
function hashInputs(): string {
  const files = globSync(['web/**/*', 'src/contract/**/*', 'package-lock.json', 'scripts/build-web.ts'], {
    cwd: root,
    exclude: ['web/dist/**', '**/*.test.ts', '**/node_modules/**'],
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}
