import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import type { JobHold } from '../../store/commands/jobs.ts';
import type { IngestedDocument } from '../../store/commands/knowledge-ingest.ts';
import type { FileStore } from '../../store/file-store.ts';
import type { Store } from '../../store/store.ts';
import { shownPath, titleOf } from '../name-document.ts';
import { archiveLimits, filesOf, openArchive } from './archive-files.ts';
import { type Outcome, type TakenFile, tellArchive } from './archive-report.ts';
import { documentKinds } from './document-kinds.ts';
import { ParseError } from './parse-error.ts';
import { priorityOf, quickMediaType } from './quick-type.ts';
import type { ZipEntry } from './zip-directory.ts';
import { ZipFault, type ZipFile } from './zip-file.ts';

type Ports = { store: Store; clock: Clock; log: Log; files: FileStore };

/** Adds every file of a claimed archive to the archive's corpus as a document of its own, one after the other; the archive itself becomes a
 *  document that tells what came of each. A later claim goes through the archive anew and adds what is missing.
 *  @throws ParseError when the archive is at fault, or nothing in it can be read; the signal's reason when aborted */
export async function ingestArchive(
  ports: Ports,
  hold: JobHold,
  document: IngestedDocument,
  signal: AbortSignal,
): Promise<void> {
  const copy = await ports.files.localCopy(document.fileKey, signal);
  const taken: TakenFile[] = [];
  let archive: ZipFile | undefined;
  try {
    archive = await openArchive(copy.path);
    const entries = filesOf(archive);
    for (const [i, entry] of entries.entries()) {
      signal.throwIfAborted();
      const path = shownPath(entry.name);
      const outcome = await takeFile(ports, { hold, archive, entry, path, progress: i / entries.length }, signal);
      if (outcome === undefined) return;
      taken.push({ path, ...outcome });
    }
  } finally {
    await archive?.close();
    await copy.release();
  }
  const { text, notices } = tellArchive(taken);
  const { store, clock, log } = ports;
  const told = {
    title: document.title,
    mediaType: documentKinds.zip.mediaType,
    language: 'english' as const,
    text,
    notices,
    pages: [],
    headings: [],
  };
  if (!(await store.write.storeDocumentText({ hold, ...told, at: clock.now() }))) return;
  const isDone = await store.write.finishDocument({ hold, at: clock.now() });
  if (isDone) log.info('archive_taken_apart', { documentId: document.documentId, files: taken.length });
}

type Taking = { hold: JobHold; archive: ZipFile; entry: ZipEntry; path: string; progress: number };

/** Undefined: the archive's job is lost. */
async function takeFile(
  { store, clock, files }: Ports,
  { hold, archive, entry, path, progress }: Taking,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  let unnamed: string | undefined;
  try {
    if (entry.unpackedBytes === 0) throw new ParseError('empty');
    if (entry.unpackedBytes > archiveLimits.maxFileBytes) throw new ParseError('too_large');
    const received = await files.receive(archive.read(entry), { maxBytes: archiveLimits.maxFileBytes, signal });
    unnamed = received.fileKey;
    const mediaType = await quickMediaType(files, received, path);
    if (mediaType === documentKinds.zip.mediaType) throw new ParseError('nested_archive');
    // Without an answer of the store nobody knows whether it names the file: then the sweep decides.
    unnamed = undefined;
    const added = await store.write.addFromArchive({
      hold,
      progress,
      documentId: newId(),
      title: titleOf(path),
      filename: path,
      mediaType,
      bytes: received.bytes,
      sha256: received.sha256,
      fileKey: received.fileKey,
      jobId: newId(),
      priority: priorityOf(received.bytes),
      at: clock.now(),
    });
    if (added?.outcome !== 'added') unnamed = received.fileKey;
    return added && { outcome: added.outcome === 'already_here' ? 'already_here' : 'added' };
  } catch (error) {
    signal.throwIfAborted();
    const fault = faultOf(error);
    if (fault === undefined) throw error;
    return { outcome: 'refused', reason: fault.message };
  } finally {
    if (unnamed !== undefined) await files.remove(unnamed);
  }
}

/** What is wrong with a file of the archive; undefined for what is wrong with this machine. */
function faultOf(error: unknown): ParseError | undefined {
  if (error instanceof ParseError) return error;
  // The file store tells a body that fails as one that stopped.
  const cause = error instanceof AppError ? error.cause : error;
  if (!(cause instanceof ZipFault)) return undefined;
  return new ParseError(cause.kind === 'encrypted' ? 'encrypted' : 'broken');
}
