import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts idle-loop.child.ts.
 *  @returns `end` gives its longest hold, in milliseconds: what the machine alone costs */
export function startIdleLoop(): { end(): Promise<number> } {
  const file = fileURLToPath(new URL('./idle-loop.child.ts', import.meta.url));
  const child = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  return {
    async end() {
      child.stdin.write('report');
      const [reported] = (await once(child.stdout, 'data')) as [Buffer];
      child.kill();
      return Number(String(reported));
    },
  };
}
