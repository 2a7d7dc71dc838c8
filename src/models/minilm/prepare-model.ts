import { fork } from 'node:child_process';
import { isMiniLmModelReady } from './build-onnx.ts';

const timeLimitMs = 120_000;
const maxMessageChars = 2000;

/** Builds the model file in a process of its own when it is missing or damaged, so that the memory this takes returns to the system.
 *  @throws Error with the reason when it could not be built */
export async function prepareMiniLmModel(modelsDir: string): Promise<void> {
  if (await isMiniLmModelReady(modelsDir)) return;
  const child = fork(new URL('./build-model.child.ts', import.meta.url), [modelsDir], {
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    timeout: timeLimitMs,
    killSignal: 'SIGKILL',
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    complaint = (complaint + chunk).slice(0, maxMessageChars);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`The embedding model could not be built: ${complaint.trim() || `exit code ${code}`}`);
}
