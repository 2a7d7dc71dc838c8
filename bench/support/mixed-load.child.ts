import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '../../src/ids.ts';
import { signIn, stateIn } from './client.ts';

/** Everything people do, at once and for so many seconds. Says `begin` when the load begins, and at the end what it did. */
const told = JSON.parse(process.argv[2] ?? '') as { url: string; password: string; seconds: number };
const client = await signIn(new URL(told.url), 'admin', told.password);
const corpus = (await client.post('/api/corpora', { name: `bench ${newId()}` })) as { id: string };
const did = { turns: 0, uploads: 0, lists: 0, searches: 0, failed: 0 };
let firstFailure: string | undefined;

/** The first turn waits for the agent runtime, which is loaded once. */
let endMs = performance.now();
await talk();
process.stdout.write('begin\n');
endMs = performance.now() + told.seconds * 1000;
await Promise.all([...Array.from({ length: 8 }, talk), every(1_000, upload), every(100, list), every(200, search)]);
process.stdout.write(`${JSON.stringify({ ...did, ...(firstFailure !== undefined && { firstFailure }) })}\n`);
process.exit(0);

async function talk(): Promise<void> {
  const { session_id: sessionId } = (await client.post('/api/sessions')) as { session_id: string };
  let ended: (() => void) | undefined;
  await client.follow(sessionId, (event) => {
    const state = stateIn(event);
    if (state === 'failed') did.failed += 1;
    if (state === 'done' || state === 'failed') ended?.();
  });
  do {
    const done = new Promise<void>((resolve) => (ended = resolve));
    await client.post(`/api/sessions/${sessionId}/turns`, {
      client_turn_id: newId(),
      text: 'Tell me about the store.',
    });
    await done;
    did.turns += 1;
  } while (performance.now() < endMs);
}

async function every(ms: number, act: () => Promise<void>): Promise<void> {
  while (performance.now() < endMs) {
    await act().catch((error: unknown) => {
      did.failed += 1;
      firstFailure ??= String(error).slice(0, 300);
    });
    await pause(ms);
  }
}

async function upload(): Promise<void> {
  const body = `# Document ${did.uploads}\n\n${Array.from({ length: 40 }, (_, i) => chapter(i)).join('')}`;
  await client.upload(`/api/corpora/${corpus.id}/documents?filename=doc-${did.uploads}.md`, body, 'text/markdown');
  did.uploads += 1;
}

async function list(): Promise<void> {
  await client.get('/api/sessions?limit=50');
  await client.get('/api/admin/sessions?limit=100');
  await client.get(`/api/corpora/${corpus.id}/documents`);
  did.lists += 3;
}

async function search(): Promise<void> {
  await client.post('/api/search', { query: 'Which events does the store keep?' });
  did.searches += 1;
}

function chapter(i: number): string {
  return `## Chapter ${i}\n\n${'The store keeps every event of a session. '.repeat(40)}\n\n`;
}
