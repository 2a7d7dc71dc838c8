import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { languageOf } from '../../retrieval/language.ts';
import type { ClaimedJob } from '../../store/commands/jobs.ts';
import type { IngestedDocument } from '../../store/commands/knowledge-ingest.ts';
import type { FileStore } from '../../store/file-store.ts';
import type { Store } from '../../store/store.ts';
import type { EmbedderHandle } from '../embedding/embedder-handle.ts';
import type { ServingEmbedder } from '../embedding/serving-embedder.ts';
import { isArchiveFile } from './archive-files.ts';
import { clearLeftovers } from './clear-leftovers.ts';
import { embedDocument } from './embed-document.ts';
import { ingestArchive } from './ingest-archive.ts';
import type { OneAtATime } from './one-at-a-time.ts';
import type { ParsedWithPassages } from './parse-document.ts';
import { ParseError } from './parse-error.ts';
import { splitAside } from './split-aside.ts';
import type { Passage } from './split-passages.ts';

/** Reads and splits a file in a process of its own, within limits.
 *  @throws ParseError when the file is at fault; `stopped` when aborted */
export type ParseFile = (
  file: { bytes: Uint8Array; fileName: string },
  options: { signal: AbortSignal },
) => Promise<ParsedWithPassages>;

export type IngestPorts = {
  store: Store;
  clock: Clock;
  log: Log;
  files: FileStore;
  /** That is set, and what serves while it takes over. */
  embedder: EmbedderHandle;
  serving: ServingEmbedder;
  parseFile: ParseFile;
  /** Batches of passages are embedded and stored one after the other. */
  batches: OneAtATime;
};

/** Passages stored with one command: about 8 ms of the writer. */
const storedAtOnce = 25;

/** Takes a claimed document from wherever it stands to ready: read, split, embed. Each part is stored as it is done and not done again.
 *  Every write names the job's claim; once that is lost, this ends without another.
 *  @throws ParseError when the file is at fault; anything else when the machine is; the signal's reason when aborted */
export async function ingestDocument(ports: IngestPorts, job: ClaimedJob, signal: AbortSignal): Promise<void> {
  const { store, clock } = ports;
  const hold = { jobId: job.jobId, fence: job.fence };
  const document = await store.write.startIngest({ hold, at: clock.now() });
  if (!document) return;
  if (await isArchiveFile(ports.files, document, signal)) {
    if (document.archiveId !== null) throw new ParseError('nested_archive');
    return ingestArchive(ports, hold, document, signal);
  }
  if (!document.hasPassages && !(await storePassages(ports, hold, document, signal))) return;
  const embedders = await embed(ports, hold, document, signal);
  if (!embedders) return;
  const vectors = { embedders, jobId: newId() };
  const isDone = await store.write.finishDocument({ hold, vectors, at: clock.now() });
  if (isDone) ports.log.info('document_ready', { documentId: document.documentId, attempt: job.attempt });
}

type Hold = { jobId: string; fence: number };

async function storePassages(
  { store, clock, files, parseFile }: IngestPorts,
  hold: Hold,
  document: IngestedDocument,
  signal: AbortSignal,
): Promise<boolean> {
  const split = document.hasText
    ? await splitStored(store, document, signal)
    : await readOriginal({ store, clock, files, parseFile }, hold, document, signal);
  if (!split) return false;
  const { text, passages } = split;
  if (passages.length === 0) throw new ParseError('no_text');
  if (!(await clearLeftovers(store, hold, signal))) return false;
  for (let from = 0; from < passages.length; from += storedAtOnce) {
    signal.throwIfAborted();
    const batch = passages.slice(from, from + storedAtOnce).map((passage, index) => ({
      passageId: newId(),
      ordinal: from + index,
      start: passage.start,
      end: passage.end,
      page: passage.page ?? null,
      headingPath: passage.headingPath,
      text: text.slice(passage.start, passage.end),
    }));
    const last = from + storedAtOnce >= passages.length;
    const held = await store.write.storePassages({
      hold,
      passages: batch,
      total: passages.length,
      last,
      at: clock.now(),
    });
    if (!held) return false;
  }
  return true;
}

type SplitText = { text: string; passages: Omit<Passage, 'text'>[] };

async function readOriginal(
  { store, clock, files, parseFile }: Pick<IngestPorts, 'store' | 'clock' | 'files' | 'parseFile'>,
  hold: Hold,
  document: IngestedDocument,
  signal: AbortSignal,
): Promise<SplitText | undefined> {
  const bytes = await readWhole(files, document.fileKey, signal);
  const read = await parseFile({ bytes, fileName: document.filename }, { signal });
  const held = await store.write.storeDocumentText({
    hold,
    title: read.title.trim() || document.title,
    mediaType: read.mediaType,
    language: languageOf(read.text),
    text: read.text,
    pages: read.pages ?? [],
    headings: read.headings,
    notices: read.notices ?? [],
    at: clock.now(),
  });
  return held ? read : undefined;
}

/** The parser is a process of its own, and is sent the file as one. */
async function readWhole(files: FileStore, fileKey: string, signal: AbortSignal): Promise<Uint8Array> {
  const { stream, bytes } = await files.read(fileKey);
  const whole = new Uint8Array(bytes);
  let at = 0;
  for await (const piece of stream) {
    signal.throwIfAborted();
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const pageSpans = z.array(z.object({ page: z.number(), start: z.number(), end: z.number() }));
const headings = z.array(z.object({ level: z.number(), text: z.string(), start: z.number() }));

/** An earlier claim stored the text and then ended: it is split again, which gives the same passages. */
async function splitStored(store: Store, document: IngestedDocument, signal: AbortSignal): Promise<SplitText> {
  const stored = await store.scan.textToSplit({ documentId: document.documentId, version: document.version });
  if (!stored) throw new Error('the stored text is gone');
  const { text } = stored;
  const pages = pageSpans.parse(JSON.parse(stored.pages));
  return {
    text,
    passages: await splitAside(
      { text, pages, headings: headings.parse(JSON.parse(stored.headings)), mediaType: document.mediaType },
      signal,
    ),
  };
}

/** Makes vectors with the embedder that is set and, while it takes over, also with the one that still serves: both find the document. Without
 *  an embedder a document is ready by words alone; the vectors are made when there is one.
 *  @returns whose vectors the document has; undefined when the job is lost */
async function embed(
  ports: IngestPorts,
  hold: Hold,
  document: IngestedDocument,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const own = await ports.embedder.settled(signal);
  signal.throwIfAborted();
  const before = await ports.serving.before();
  const both = [...(own ? [{ embedder: own, handle: ports.embedder }] : []), ...(before ? [before] : [])];
  if (both.length === 0) return [];
  const { documentId, version } = document;
  const total = await ports.store.read.passageCountOf({ documentId });
  const made: string[] = [];
  for (const { embedder, handle } of both) {
    const job = { hold, documentId, version, total };
    try {
      const later = made.length > 0 && { progressBefore: 0.99 };
      if (!(await embedDocument({ ...ports, embedder }, { ...job, ...later }, signal))) return undefined;
      made.push(embedder.id);
      handle.worked();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof AppError) throw error;
      handle.fail(error);
    }
  }
  return made;
}
