import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../../src/clock.ts';
import { uploadAnswer } from '../../../src/contract/documents.ts';
import { keepObjects } from '../../../src/store/conformance/s3/kept-objects.ts';
import { queryDatabase } from '../../database.ts';
import { newCorpus } from '../../documents.ts';
import { GivenServer } from '../../given.ts';
import { waitFor } from '../../wait-for.ts';
import { type Attack, newTally, type Tally } from '../attack.ts';
import { History } from '../history.ts';
import { judge } from '../judge.ts';
import { createRandom, type Random } from '../random.ts';
import { S3Process } from '../s3-process.ts';

/** F18: the store of files is killed in the middle of uploads and downloads, and comes back. What was acknowledged is there, byte for byte;
 *  what was refused has left nothing; a download is right or breaks off. */
export const filesAway: Attack = {
  name: 'files-away',
  id: 'F18',
  title: 'kill -9 of the S3-compatible store of originals in the middle of uploads and downloads',
  rounds: { fast: 4, whole: 60 },
  async run({ rounds, seed, say }) {
    const tally = newTally();
    const random = createRandom(seed);
    const folder = await mkdtemp(join(tmpdir(), 'perdure-files-away-'));
    const s3 = await S3Process.start(folder);
    const server = await GivenServer.start({ env: { PERDURE_FILES_URL: s3.url } });
    try {
      const traffic = await startTraffic(server, random, tally);
      for (let round = 1; round <= rounds; round++) {
        const { uploads, downloads } = traffic.done;
        await waitFor(
          'uploads and downloads',
          () => traffic.done.uploads > uploads && traffic.done.downloads > downloads,
        );
        await pause(random.between(0, 500));
        await s3.kill();
        await pause(random.between(0, awayMs));
        await s3.start();
        tally.faults += 1;
        tally.rounds += 1;
        say(`round ${round}: ${traffic.inWords()}`);
      }
      await traffic.end();
      await compareAll(server, traffic.stored, tally);
      await sweep(server, folder, tally);
      const { breaches, lost } = await judge(server.dataDir, new History());
      tally.breaches.push(...breaches);
      tally.lost += lost;
      const { refused, broken } = traffic.done;
      tally.measures.push(
        { what: 'uploads and downloads that were refused', value: refused, unit: '' },
        { what: 'downloads that broke off', value: broken, unit: '' },
      );
    } finally {
      await server[Symbol.asyncDispose]();
      await s3.kill();
      await rm(folder, { recursive: true });
    }
    return tally;
  },
};

/** Longer and shorter than a call is tried again for. */
const awayMs = 6_000;
const readMs = 300_000;
/** At once; of one part; of several. */
const sizes = [2_000, 400_000, 12_000_000] as const;

const hashOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

/** Two people upload and two download until it ends. */
async function startTraffic(server: GivenServer, random: Random, tally: Tally) {
  const corpus = await newCorpus(server.admin, 'Files');
  const stored = new Map<string, string>();
  const done = { uploads: 0, downloads: 0, refused: 0, broken: 0 };
  const over = new AbortController();
  let files = 0;

  async function uploadOne(): Promise<void> {
    files += 1;
    const { name, content } = fileOf(files, random);
    const path = `/api/corpora/${corpus.id}/documents?filename=${name}`;
    const reply = await server.admin.client.call('POST', path, { body: content });
    if (reply.status === 202) {
      stored.set(uploadAnswer.parse(JSON.parse(reply.text)).document_id, hashOf(content));
      tally.acknowledged += 1;
      done.uploads += 1;
    } else noteRefusal(reply);
  }

  async function downloadOne(): Promise<void> {
    const [id, hash] = [...stored][random.between(0, Math.max(stored.size - 1, 0))] ?? [];
    if (id === undefined) return pause(20);
    const reply = await server.admin.client.get(`/api/documents/${id}/original`).catch(() => undefined);
    if (reply === undefined) done.broken += 1;
    else if (reply.status !== 200) noteRefusal(reply);
    else if (hashOf(reply.bytes) === hash) done.downloads += 1;
    else tally.breaches.push(`document ${id} came back as another, and whole`);
  }

  function noteRefusal({ status, text }: { status: number; text: string }): void {
    done.refused += 1;
    if (status !== 503 || !text.includes('"store_unavailable"')) tally.breaches.push(`answered ${status}: ${text}`);
  }

  const until = async (work: () => Promise<void>) => {
    while (!over.signal.aborted) await work();
  };
  const workers = [uploadOne, uploadOne, downloadOne, downloadOne].map(until);
  return {
    stored,
    done,
    inWords: () =>
      `${done.uploads} uploads, ${done.downloads} downloads, ${done.refused} refused, ${done.broken} broken off`,
    async end() {
      over.abort();
      await Promise.all(workers);
    },
  };
}

function fileOf(file: number, random: Random): { name: string; content: Buffer } {
  const bytes = random.oneOf(sizes);
  if (bytes === sizes[0]) {
    return { name: `${file}.md`, content: Buffer.from(`# File ${file}\n\n${'It is read. '.repeat(bytes / 12)}`) };
  }
  return { name: `${file}.pdf`, content: Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(bytes)]) };
}

/** Every document that was acknowledged is read, as far as it can be, and is what was sent. */
async function compareAll(server: GivenServer, stored: ReadonlyMap<string, string>, tally: Tally): Promise<void> {
  const ask = (sql: string) => queryDatabase(server.databasePath, sql);
  await waitFor(
    'every document read',
    () => ask(`select 1 from documents where state not in ('ready', 'failed') limit 1`).length === 0,
    readMs,
  );
  // Noise with the head of a PDF is read whole, and is none.
  const expected = `filename like '%.pdf' and error_code = 'broken'`;
  for (const { id, error_code: code } of ask(
    `select id, error_code from documents where state = 'failed' and not (${expected})`,
  )) {
    tally.breaches.push(`document ${String(id)} could not be read: ${String(code)}`);
  }
  const documents = new Set(ask('select id from documents').map(({ id }) => String(id)));
  for (const [id, hash] of stored) {
    const { status, bytes } = await server.admin.client.get(`/api/documents/${id}/original`);
    if (status !== 200 || hashOf(bytes) !== hash) tally.lost += 1;
    documents.delete(id);
  }
  for (const id of documents) tally.breaches.push(`document ${id} is there, and was refused`);
}

/** What broken uploads left is gone with the next sweep, and nothing that a document names. */
async function sweep(server: GivenServer, folder: string, tally: Tally): Promise<void> {
  const kept = await keepObjects(folder);
  await kept.age(systemClock.nowMs() - 3_600_000);
  await server.killAndStartAgain();
  const named = new Set(
    queryDatabase(
      server.databasePath,
      `select file_key from documents union select file_key from document_versions`,
    ).map(({ file_key: key }) => `originals/${String(key)}`),
  );
  const isSwept = async () => {
    const [objects, uploads] = [await kept.list(), await kept.uploads()];
    return uploads.length === 0 && objects.every(({ key }) => named.has(key));
  };
  await waitFor('the sweep', isSwept).catch((error: unknown) => tally.breaches.push(String(error)));
  const there = new Set((await kept.list()).map(({ key }) => key));
  for (const key of named) if (!there.has(key)) tally.breaches.push(`${key} is named and gone`);
}
