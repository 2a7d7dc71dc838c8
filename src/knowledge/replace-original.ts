import { type Actor, byOf } from '../access/actor.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import { requireOpenDocument } from './corpus-rights.ts';
import { isArchiveFile } from './ingest/archive-files.ts';
import { documentKinds } from './ingest/document-kinds.ts';
import { priorityOf } from './ingest/quick-type.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';
import { titleOf } from './name-document.ts';
import { notRenewable } from './not-renewable.ts';
import { receiveUpload, type UploadedBody, whileUploading } from './receive-upload.ts';

type Ports = Pick<KnowledgePorts, 'store' | 'clock' | 'files' | 'maxDocumentBytes' | 'uploadDeadlineMs'>;

/** Gives a document that is ready another original, which is read as its next version; the current one is searched until that is ready. The
 *  bytes it has already, or is being read from, change nothing: then it `isSame`.
 *  @throws AppError not_found, gone, forbidden, corpus_archived, bad_request, too_large, unsupported_media_type, store_unavailable; conflict for a document that is
 *  not ready or is read already, for archives, and for what another document of the corpus holds */
export async function replaceOriginal(
  ports: Ports,
  actor: Actor,
  { documentId, ...input }: UploadedBody & { documentId: string },
): Promise<{ version: number; isSame: boolean }> {
  const ask = () => requireOpenDocument(ports, actor, documentId);
  const { replaced } = await whileUploading(ports, ask, input.signal, (signal) =>
    receiveUpload(
      ports,
      { ...input, signal },
      {
        async check(file) {
          if (await isArchiveFile(ports.files, file, signal)) throw archiveAsOriginal();
        },
        async store({ filename, mediaType, bytes, sha256, fileKey }) {
          const result = await ports.store.write.replaceOriginal({
            documentId,
            archiveType: documentKinds.zip.mediaType,
            title: titleOf(filename),
            filename,
            mediaType,
            bytes,
            sha256,
            fileKey,
            jobId: newId(),
            priority: priorityOf(bytes),
            at: ports.clock.now(),
            by: byOf(actor),
          });
          return { replaced: result, isNamed: result.outcome === 'reading' };
        },
      },
    ),
  );
  switch (replaced.outcome) {
    case 'reading':
    case 'same':
      return { version: replaced.version, isSame: replaced.outcome === 'same' };
    case 'busy': {
      const detail = `Version ${replaced.version} is being read. Wait until that is done, or cancel it.`;
      throw new AppError('conflict', { detail });
    }
    case 'already_here': {
      const detail = `The corpus has this file already, as “${replaced.title}”. The same twice would be found twice.`;
      throw new AppError('conflict', { detail });
    }
    case 'gone':
    case 'not_ready':
    case 'archive':
      throw notRenewable(replaced);
  }
}

const archiveAsOriginal = () =>
  new AppError('conflict', {
    detail: 'An archive cannot be the original of a document. Upload it to the corpus: its files become documents.',
  });
