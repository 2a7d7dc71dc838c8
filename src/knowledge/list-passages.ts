import { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { PassageList, PassagePlace } from '../contract/documents.ts';
import { AppError } from '../errors.ts';
import type { PassagePlaceRecord } from '../store/queries/knowledge-passages.ts';
import { requireDocument } from './corpus-rights.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';

const defaultLimit = 500;
const beforeFirst = -1;

/** Where the passages of a document stand in the text of one version, the current one unless told, in the order of the text.
 *  @throws AppError not_found, also for a version that is not kept; gone */
export async function listPassages(
  { store }: Pick<KnowledgePorts, 'store'>,
  actor: Actor,
  documentId: string,
  input: { version?: number | undefined; after?: number | undefined; limit?: number | undefined },
): Promise<PassageList> {
  const document = await requireDocument({ store }, actor, documentId, 'corpus.read');
  const version = input.version ?? document.version;
  const limit = input.limit ?? defaultLimit;
  const afterOrdinal = input.after ?? beforeFirst;
  const records = await store.scan.passagesOfVersion({
    userId: actor.userId,
    documentId,
    version,
    afterOrdinal,
    limit: limit + 1,
  });
  if (records.length === 0 && afterOrdinal === beforeFirst && version !== document.version) {
    throw new AppError('not_found', { detail: 'There is no such version.' });
  }
  const page = records.slice(0, limit);
  const last = page.at(-1);
  return { version, passages: page.map(toPlace), next_after: records.length > limit && last ? last.ordinal : null };
}

const headings = z.array(z.string());

function toPlace(record: PassagePlaceRecord): PassagePlace {
  return {
    ordinal: record.ordinal,
    passage_id: record.passage_id,
    start: record.start_offset,
    end: record.end_offset,
    ...(record.page !== null && { page: record.page }),
    heading_path: headings.parse(JSON.parse(record.heading_path)),
  };
}
