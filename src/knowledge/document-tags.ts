import { type Actor, byOf } from '../access/actor.ts';
import type { CorpusTag } from '../contract/document-tags.ts';
import type { Document } from '../contract/documents.ts';
import type { CorpusTagRecord } from '../store/queries/document-tags.ts';
import { readableCorpora, requireCorpus, requireDocument } from './corpus-rights.ts';
import { getDocument } from './documents.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';
import { writtenTag } from './written-tag.ts';

type Ports = Pick<KnowledgePorts, 'store' | 'clock'>;

/** Replaces the tags of a document.
 *  @throws AppError not_found, gone, forbidden, bad_request, conflict */
export async function setTags(
  ports: Ports,
  actor: Actor,
  documentId: string,
  tags: readonly string[],
): Promise<Document> {
  const { corpus_id: corpusId } = await requireDocument(ports, actor, documentId, 'corpus.curate');
  await ports.store.write.tagDocuments({
    corpusId,
    documentIds: [documentId],
    change: { set: tags.map(writtenTag) },
    at: ports.clock.now(),
    by: byOf(actor),
  });
  return getDocument(ports, actor, documentId);
}

/** Adds tags to documents of a corpus and removes others, from all of them or from none. Gives how many had other tags before.
 *  @throws AppError not_found, forbidden, bad_request, conflict */
export async function tagDocuments(
  ports: Ports,
  actor: Actor,
  corpusId: string,
  input: { documentIds: readonly string[]; add: readonly string[]; remove: readonly string[] },
): Promise<{ changed: number }> {
  await requireCorpus(ports, actor, corpusId, 'corpus.curate');
  return ports.store.write.tagDocuments({
    corpusId,
    documentIds: input.documentIds,
    change: { add: input.add.map(writtenTag), remove: input.remove.map(writtenTag) },
    at: ports.clock.now(),
    by: byOf(actor),
  });
}

/** The tags of a corpus's documents, in alphabetical order.
 *  @throws AppError not_found */
export async function listTags(ports: Pick<Ports, 'store'>, actor: Actor, corpusId: string): Promise<CorpusTag[]> {
  await requireCorpus(ports, actor, corpusId, 'corpus.read');
  const records = await ports.store.scan.tagsOfCorpora({ corpusIds: [corpusId] });
  return records.map(toCorpusTag);
}

/** The tags of each of these corpora that the actor may read, those of the most documents first. */
export async function tagsByCorpus(
  ports: Pick<Ports, 'store'>,
  actor: Actor,
  corpusIds: readonly string[],
): Promise<Map<string, CorpusTag[]>> {
  const { corpora } = await readableCorpora(ports, actor);
  const wanted = new Set(corpusIds);
  const ids = corpora.flatMap(({ id }) => (wanted.has(id) ? [id] : []));
  const records = await ports.store.scan.tagsOfCorpora({ corpusIds: ids });
  const byUse = records.toSorted((a, b) => b.documents - a.documents);
  const grouped = Map.groupBy(byUse, (record) => record.corpus_id);
  return new Map([...grouped].map(([id, tags]) => [id, tags.map(toCorpusTag)]));
}

const toCorpusTag = ({ tag, documents }: CorpusTagRecord): CorpusTag => ({ tag, documents });
