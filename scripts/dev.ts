import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `npm run dev`: the server, started anew when its source changes, and Vite's server for the web app, which passes /api on to it. Open the
 *  address that Vite prints. The server listens on port 3000, which web/vite.config.ts names. */

const root = fileURLToPath(new URL('..', import.meta.url));
const env = { ...process.env, PERDURE_PORT: '3000' };
const children: readonly ChildProcess[] = [
  spawn(process.execPath, ['--watch', 'src/main.ts'], { cwd: root, env, stdio: 'inherit' }),
  spawn(process.execPath, [join(root, 'node_modules/vite/bin/vite.js')], {
    cwd: join(root, 'web'),
    env,
    stdio: 'inherit',
  }),
];

for (const child of children) child.once('exit', end);
process.on('SIGINT', end);
process.on('SIGTERM', end);

/** One ends, both end. */
function end(): void {
  for (const child of children) child.kill('SIGTERM');
}
