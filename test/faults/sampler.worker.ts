import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Client, keptConnections } from '../client.ts';

/** What a patient person notices, measured in a thread of its own: whoever makes the load is too busy to tell how long an answer took. */

export type SamplerData = { url: string; token: string; sessionIds: string[] };
/** `status` 0: no answer. A send has the message it made. */
export type Sample = { what: 'health' | 'send'; atMs: number; ms: number; status: number; send?: SampledSend };
export type SampledSend = { sessionId: string; clientTurnId: string; text: string; answer: string };

const healthEveryMs = 25;
const sendEveryMs = 100;

if (!parentPort) throw new Error('the sampler runs as a worker thread');
const port = parentPort;
const { url, token, sessionIds } = workerData as SamplerData;
const client = new Client(new URL(url), token, keptConnections());
const over = new AbortController();
const samples: Sample[] = [];

async function every(ms: number, take: () => Promise<void>): Promise<void> {
  while (!over.signal.aborted) {
    await take();
    await pause(ms, undefined, { signal: over.signal }).catch(() => undefined);
  }
}

async function health(): Promise<void> {
  const atMs = Date.now();
  const startedMs = performance.now();
  const status = await client.get('/healthz').then(
    (reply) => reply.status,
    () => 0,
  );
  samples.push({ what: 'health', atMs, ms: performance.now() - startedMs, status });
}

let sent = 0;
async function send(): Promise<void> {
  const sessionId = sessionIds[sent % sessionIds.length] ?? '';
  sent += 1;
  const message = { sessionId, clientTurnId: randomUUID(), text: `Please write 3 words of ${sent}.` };
  const body = { client_turn_id: message.clientTurnId, text: message.text };
  const atMs = Date.now();
  const startedMs = performance.now();
  const reply = await client.post(`/api/sessions/${sessionId}/turns`, body).catch(() => undefined);
  const [status, answer] = [reply?.status ?? 0, reply?.text ?? ''];
  samples.push({ what: 'send', atMs, ms: performance.now() - startedMs, status, send: { ...message, answer } });
}

const done = Promise.all([every(healthEveryMs, health), every(sendEveryMs, send)]);
port.once('message', () => {
  over.abort();
  void done.then(() => port.postMessage(samples));
});
port.postMessage('ready');
