/** Reading a long PDF in, while somebody chats: pages parsed and passages embedded a second, the first byte of a turn meanwhile, and how long
 *  the server's event loop is held. Usage: node bench/ingest.ts [--pages 300] [--seed 7]
 *  The server runs in this process, so that its loop can be watched; its threads, the parsing process, the model and the person who chats are
 *  others. */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { extractText } from 'unpdf';
import { newSecret } from '../src/ids.ts';
import { openMiniLmEmbedder } from '../src/models/minilm/open-minilm-embedder.ts';
import { embedderReady, startBenchServer } from './support/bench-server.ts';
import { signIn } from './support/client.ts';
import { startFakeModel } from './support/fake-model.ts';
import { median, print, printLimited, quantile, round } from './support/lines.ts';

const { values } = parseArgs({
  options: { pages: { type: 'string', default: '300' }, seed: { type: 'string', default: '7' } },
});
const bench = 'ingest';
const resolutionMs = 1;
const pages = Number(values.pages);
const dataDir = mkdtempSync(join(tmpdir(), 'perdure-bench-'));
const password = newSecret();
const model = await startFakeModel({ text: 'An answer of a few words, at once.' });
const delays = monitorEventLoopDelay({ resolution: resolutionMs });
const pdf = writtenPdf();

const server = await startBenchServer({ dataDir, password, modelUrl: model.url, model: 'instant' });
const { url } = server;
let texts: string[] = [];

try {
  server.startWork();
  await embedderReady(url);
  await measure();
} finally {
  model.close();
  await server.drain();
}
await measurePeers();
rmSync(dataDir, { recursive: true, force: true });

async function measure(): Promise<void> {
  const client = await signIn(url, 'admin', password);
  const person = chatting();
  await person.report();
  await pause(5_000);
  const before = await person.report();
  const idle = nothing();
  await idle.report();
  delays.enable();
  delays.reset();

  const corpus = (await client.post('/api/corpora', { name: 'Books' })) as { id: string };
  const startedMs = performance.now();
  const path = `/api/corpora/${corpus.id}/documents?filename=book.pdf`;
  const { document_id: id } = (await client.upload(path, pdf, 'application/pdf')) as { document_id: string };
  const document = `/api/documents/${id}`;
  const parsedMs = await untilState(document, ['embedding', 'ready']);
  const readyMs = await untilState(document, ['ready']);
  const longestMs = Math.max(0, delays.max / 1e6 - resolutionMs);
  const meanwhile = await person.report();
  const longestOfNothing = Number(await idle.report());
  idle.end();
  person.end();

  const { passages } = (await client.get(document)) as { passages: number };
  const what = `parsed, of a PDF of ${pages} pages, from the upload's first byte to its stored passages`;
  print({ bench, what, value: (pages * 1000) / (parsedMs - startedMs), unit: 'pages/s', target: 'at least 60' });
  const rate = (passages * 1000) / (readyMs - parsedMs);
  print({ bench, what: `embedded and stored, of ${passages}`, value: rate, unit: 'passages/s', target: 'at least 60' });
  print({ bench, what: 'POST to first streamed text before, p50', value: median(before), unit: 'ms' });
  print({ bench, what: `the same meanwhile, p50 of ${meanwhile.length} turns`, value: median(meanwhile), unit: 'ms' });
  const p95 = quantile(meanwhile, 0.95);
  printLimited({ bench, what: 'the same meanwhile, p95', value: p95, unit: 'ms', limit: 60 });
  printLimited({ bench, what: 'longest hold of the event loop meanwhile', value: longestMs, unit: 'ms', limit: 50 });
  print({ bench, what: 'the same in a process that does nothing', value: longestOfNothing, unit: 'ms' });
  texts = await passageTexts(document);
}

/** The parser and the embedder alone, with nothing beside them, of the same text. */
async function measurePeers(): Promise<void> {
  const parseMs = performance.now();
  await extractText(Uint8Array.from(pdf));
  const parsing = (pages * 1000) / (performance.now() - parseMs);
  print({ bench, what: 'the parser alone, in a process that runs', value: round(parsing), unit: 'pages/s' });
  const embedder = await openMiniLmEmbedder({ modelsDir: join(dataDir, 'models') });
  await embedder.embed(texts.slice(0, 32));
  const embedMs = performance.now();
  await embedder.embed(texts);
  const embedding = (texts.length * 1000) / (performance.now() - embedMs);
  print({ bench, what: `the embedder alone, of ${texts.length}`, value: embedding, unit: 'passages/s' });
  await embedder.close();
}

/** Waits, and gives the moment in milliseconds. */
async function untilState(document: string, wanted: readonly string[]): Promise<number> {
  const client = await signIn(url, 'admin', password);
  for (;;) {
    const { state, error } = (await client.get(document)) as { state: string; error?: { message: string } };
    if (wanted.includes(state)) return performance.now();
    if (state === 'failed') throw new Error(error?.message);
    await pause(20);
  }
}

async function passageTexts(document: string): Promise<string[]> {
  const client = await signIn(url, 'admin', password);
  const { text } = (await client.get(`${document}/text`)) as { text: string };
  const { passages } = (await client.get(`${document}/passages?limit=500`)) as {
    passages: { start: number; end: number }[];
  };
  return passages.map(({ start, end }) => text.slice(start, end));
}

function chatting() {
  const file = new URL('./support/first-bytes.child.ts', import.meta.url);
  const child = started(file, [JSON.stringify({ url: url.href, password })]);
  return {
    report: async () => JSON.parse(await told(child)) as number[],
    end: () => child.kill(),
  };
}

function nothing() {
  const child = started(new URL('./support/idle-loop.child.ts', import.meta.url));
  return { report: () => told(child), end: () => child.kill() };
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

function started(file: URL, args: string[] = []): Child {
  return spawn(process.execPath, [fileURLToPath(file), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
}

async function told(child: Child): Promise<string> {
  const answered = once(child.stdout, 'data');
  child.stdin.write('report\n');
  return String(((await answered) as [Buffer])[0]);
}

function writtenPdf(): Uint8Array {
  const file = fileURLToPath(new URL('./support/handbook-pdf.child.ts', import.meta.url));
  const told = JSON.stringify({ pages, seed: Number(values.seed) });
  const { stdout, status } = spawnSync(process.execPath, [file, told], {
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error('The PDF was not written.');
  return stdout;
}
