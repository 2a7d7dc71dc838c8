import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Way, World } from './way.ts';

export type AdkTask = {
  dataDir: string;
  /** Where the program is killed. */
  killAt?: string;
  task: 'create' | 'append' | 'delete' | 'read';
  sessionId: string;
};

const program = fileURLToPath(new URL('./adk-program.child.ts', import.meta.url));

/** Runs the program; gives what it printed.
 *  @throws Error when it did not end by itself */
async function runProgram(task: AdkTask): Promise<string> {
  const child = spawn(process.execPath, [program, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<string>((resolve) =>
    child.once('close', (code, signal) => resolve(String(signal ?? code))),
  );
  const [printed, end] = await Promise.all([text(child.stdout), ended]);
  if (end === 'SIGKILL') throw new Error('the program was killed');
  assert.equal(end, '0');
  return printed;
}

const stored = 'select 1 from adk_sessions where adk_session_id = ?';
const said = 'select 1 from adk_events join adk_sessions using (session_id) where adk_session_id = ?';

/** A program does one task with a session of its own, after another that makes what it takes. */
function way(task: AdkTask['task'], first: AdkTask['task'] | undefined, isDone: Expected): Way {
  return {
    place: 'adk program',
    async prepare({ server, number, ask }: World) {
      const sessionId = `session ${number()}`;
      const run = (what: AdkTask['task'], killAt?: string) =>
        runProgram({ dataDir: server.dataDir, task: what, sessionId, ...(killAt !== undefined && { killAt }) });
      if (first) await run(first);
      return {
        async act(point) {
          await run(task, point);
        },
        isStored: (now) => now(isDone.sql, sessionId).length > 0 === isDone.finds,
        async check() {
          assert.equal(ask(isDone.sql, sessionId).length, isDone.finds ? 1 : 0);
          assert.deepEqual(JSON.parse(await run('read')), isDone.session(sessionId));
        },
      };
    },
  };
}

type Expected = { sql: string; finds: boolean; session(sessionId: string): unknown };

export const createAdkSession = way('create', undefined, {
  sql: stored,
  finds: true,
  session: (id) => ({ state: { kept: id }, events: 0 }),
});
export const appendAdkEvent = way('append', 'create', {
  sql: said,
  finds: true,
  session: (id) => ({ state: { kept: id }, events: 1 }),
});
export const deleteAdkSession = way('delete', 'append', { sql: stored, finds: false, session: () => null });
