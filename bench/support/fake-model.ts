import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FakeAnswer } from '../../src/models/testing/fake-answers.ts';

/** A model endpoint in a process of its own, which answers at once unless told otherwise. */
export async function startFakeModel(answer: FakeAnswer): Promise<{ url: string; close(): void }> {
  const file = fileURLToPath(new URL('../../src/models/testing/fake-openai-server.child.ts', import.meta.url));
  const child = spawn(process.execPath, [file, JSON.stringify(answer)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { url: (JSON.parse(line) as { url: string }).url, close: () => child.kill('SIGKILL') };
}
