import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { type DocumentVersion, documentVersion } from '../contract/document-versions.ts';
import { formatKeyset, parseKeyset } from '../contract/keyset.ts';
import { AppError } from '../errors.ts';
import type { VersionMaking, VersionRecord } from '../store/queries/document-versions.ts';
import { requireCorpus, requireDocument } from './corpus-rights.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';

const defaultLimit = 50;
/** Of a document that is read anew every day for three years. */
const maxMakings = 1000;

/** The versions of a document that are kept, newest first. Who brought them about is for those who may curate the corpus.
 *  @throws AppError not_found, gone, bad_request */
export async function listVersions(
  { store }: Pick<KnowledgePorts, 'store'>,
  actor: Actor,
  documentId: string,
  page: { limit?: number | undefined; cursor?: string | undefined },
): Promise<{ versions: DocumentVersion[]; next_cursor: string | null }> {
  const document = await requireDocument({ store }, actor, documentId, 'corpus.read');
  const corpus = await requireCorpus({ store }, actor, document.corpus_id, 'corpus.read');
  const limit = page.limit ?? defaultLimit;
  const before = page.cursor === undefined ? undefined : Number(parseKeyset(page.cursor)?.value);
  if (before !== undefined && !Number.isSafeInteger(before)) {
    throw new AppError('bad_request', { detail: 'Query: cursor is not valid.' });
  }
  const records = await store.scan.versionsOf({
    userId: actor.userId,
    documentId,
    limit: limit + 1,
    ...(before !== undefined && { before }),
  });
  const makings = await store.scan.versionMakings({ documentId, limit: maxMakings });
  const namesPeople = authorize(actor, 'corpus.curate', corpus);
  const shown = records.slice(0, limit);
  const last = shown.at(-1);
  return {
    versions: shown.map((record) => {
      const making = makings.find((each) => versionMade(each) === record.version);
      return { ...toVersion(record, making), ...(namesPeople && { by: making?.username ?? null }) };
    }),
    next_cursor: records.length > limit && last ? formatKeyset({ value: last.version, id: '' }) : null,
  };
}

const hows: Record<string, DocumentVersion['how']> = {
  'document.reprocessed': 'read_again',
  'document.replaced': 'replaced',
  'document.fetched_again': 'fetched',
};

function toVersion(record: VersionRecord, making: VersionMaking | undefined): DocumentVersion {
  return {
    version: record.version,
    state: documentVersion.shape.state.parse(record.state),
    how: hows[making?.action ?? ''] ?? 'added',
    at: making?.at ?? record.created_at,
    title: record.title,
    filename: record.filename,
    media_type: record.media_type,
    bytes: record.bytes,
    passages: record.passage_count,
    has_text: record.has_text === 1,
    has_original: record.file_key !== '',
  };
}

/** The version that a recorded action brought about, if its reading succeeded. */
function versionMade({ action, facts }: VersionMaking): number {
  if (action === 'document.added') return 1;
  const { version } = JSON.parse(facts) as { version?: number };
  return version ?? 0;
}
