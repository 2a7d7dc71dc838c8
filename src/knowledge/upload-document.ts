import { type Actor, byOf } from '../access/actor.ts';
import type { By } from '../contract/audit.ts';
import { type DocumentState, documentState } from '../contract/documents.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import { requireOpenCorpus } from './corpus-rights.ts';
import { priorityOf } from './ingest/quick-type.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';
import { titleOf } from './name-document.ts';
import { receiveUpload, type UploadedBody, whileUploading } from './receive-upload.ts';

type Ports = Pick<KnowledgePorts, 'store' | 'clock' | 'files' | 'maxDocumentBytes'>;

export type UploadInput = UploadedBody & { corpusId: string };

export type UploadResult = { documentId: string; state: DocumentState; outcome: 'added' | 'already_here' };

/** Takes a file into a corpus. The bytes are durable before the row that names them, and the row before this resolves. The same bytes
 *  again give the document that is there; one that had failed is tried again. Breaks off within seconds once the actor may not add to the
 *  corpus any more.
 *  @throws AppError not_found, forbidden, corpus_archived, bad_request, too_large, unsupported_media_type, store_unavailable */
export async function uploadDocument(
  ports: Ports & Pick<KnowledgePorts, 'uploadDeadlineMs'>,
  actor: Actor,
  input: UploadInput,
): Promise<UploadResult> {
  const ask = () => requireOpenCorpus(ports, actor, input.corpusId);
  return whileUploading(ports, ask, input.signal, (signal) => takeIn(ports, byOf(actor), { ...input, signal }));
}

/** `uploadDocument` without a person's rights: what the product imports itself. */
export async function takeIn(ports: Ports, by: By, input: UploadInput): Promise<UploadResult> {
  const { added } = await receiveUpload(ports, input, {
    async store({ filename, mediaType, bytes, sha256, fileKey }) {
      const added = await ports.store.write.addDocument({
        documentId: newId(),
        corpusId: input.corpusId,
        title: titleOf(filename),
        filename,
        mediaType,
        bytes,
        sha256,
        fileKey,
        createdBy: by.userId,
        jobId: newId(),
        priority: priorityOf(bytes) + (by.userId === null ? ownPriority : 0),
        at: ports.clock.now(),
        by,
      });
      return { added, isNamed: added.outcome === 'added' };
    },
  });
  if (added.outcome === 'not_found') throw new AppError('not_found');
  return { documentId: added.documentId, state: documentState.parse(added.state), outcome: added.outcome };
}

/** What the product brings itself waits behind every upload of a person. */
const ownPriority = 100;
