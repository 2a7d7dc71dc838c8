import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { AppError } from '../errors.ts';
import type { CorpusAccess } from '../store/queries/access.ts';
import type { DocumentRecord } from '../store/queries/knowledge.ts';
import type { Store } from '../store/store.ts';

type Ports = { store: Store };
type Need = 'corpus.read' | 'corpus.curate';

/** The corpus, if the actor may do this with it.
 *  @throws AppError not_found, alike for one that is missing, deleted or not readable; forbidden for one that is only readable */
export async function requireCorpus(ports: Ports, actor: Actor, corpusId: string, need: Need): Promise<CorpusAccess> {
  const [access] = await ports.store.read.corpusAccess({ userId: actor.userId, corpusIds: [corpusId] });
  if (!access || !authorize(actor, 'corpus.read', access)) throw new AppError('not_found');
  if (need === 'corpus.curate' && !authorize(actor, 'corpus.curate', access)) throw new AppError('forbidden');
  return access;
}

/** The corpus, if the actor may add to it.
 *  @throws AppError not_found, forbidden as `requireCorpus`; corpus_archived */
export async function requireOpenCorpus(ports: Ports, actor: Actor, corpusId: string): Promise<void> {
  const { name, archived_at } = await requireCorpus(ports, actor, corpusId, 'corpus.curate');
  if (archived_at !== null) throw corpusArchived(name);
}

/** The document, found through its corpus.
 *  @throws AppError not_found, forbidden; gone for a deleted document of a corpus the actor may read, or one that went with its corpus */
export async function requireDocument(
  ports: Ports,
  actor: Actor,
  documentId: string,
  need: Need,
): Promise<DocumentRecord> {
  const document = await ports.store.read.documentById({ userId: actor.userId, documentId });
  if (!document) throw (await goneWithCorpus(ports, actor, documentId)) ?? new AppError('not_found');
  await requireCorpus(ports, actor, document.corpus_id, need);
  if (document.deleted_at !== null) throw documentGone(document.title, `“${document.title}” was deleted.`);
  return document;
}

/** That the document is in the recycle bin with its corpus, told to whoever may have read it there. */
async function goneWithCorpus(ports: Ports, actor: Actor, documentId: string): Promise<AppError | undefined> {
  const found = await ports.store.read.titleWithCorpusInBin({ userId: actor.userId, documentId });
  if (!found) return undefined;
  const corpusIds = [found.corpus_id];
  const [access] = await ports.store.read.corpusAccess({ userId: actor.userId, corpusIds, inBin: true });
  if (!access || !authorize(actor, 'corpus.read', access)) return undefined;
  return documentGone(found.title, `“${found.title}” was deleted with its corpus.`);
}

function documentGone(title: string, detail: string): AppError {
  return new AppError('gone', { detail, members: { document_title: title } });
}

/** The document, if the actor may add to its corpus.
 *  @throws AppError not_found, gone, forbidden, corpus_archived */
export async function requireOpenDocument(ports: Ports, actor: Actor, documentId: string): Promise<void> {
  const { corpus_id } = await requireDocument(ports, actor, documentId, 'corpus.curate');
  await requireOpenCorpus(ports, actor, corpus_id);
}

/** Everything the actor may read, or what of it is named by id or name (in any case).
 *  `missing` is the first name that says nothing the actor may read. */
export async function readableCorpora(
  ports: Ports,
  actor: Actor,
  named?: readonly string[],
): Promise<{ corpora: CorpusAccess[]; missing?: string }> {
  const all = (await ports.store.read.corpusAccess({ userId: actor.userId })).filter((each) =>
    authorize(actor, 'corpus.read', each),
  );
  if (named === undefined) return { corpora: all };
  const corpora = new Set<CorpusAccess>();
  for (const name of named) {
    const key = name.trim().toLowerCase();
    const corpus = all.find((each) => each.id === name) ?? all.find((each) => each.name.toLowerCase() === key);
    if (!corpus) return { corpora: [...corpora], missing: name };
    corpora.add(corpus);
  }
  return { corpora: [...corpora] };
}

/** What of that a search may look into: archived corpora are left out where all are meant, and refused where they are named.
 *  @throws AppError corpus_archived */
export async function searchableCorpora(
  ports: Ports,
  actor: Actor,
  named?: readonly string[],
): Promise<{ corpora: CorpusAccess[]; missing?: string }> {
  const readable = await readableCorpora(ports, actor, named);
  const archived = named && readable.corpora.find((each) => each.archived_at !== null);
  if (archived) throw corpusArchived(archived.name);
  return { ...readable, corpora: readable.corpora.filter((each) => each.archived_at === null) };
}

function corpusArchived(name: string): AppError {
  return new AppError('corpus_archived', {
    detail: `“${name}” is archived: it is neither searched nor added to until a curator brings it back.`,
  });
}

/** Ids of the corpora named by id or name.
 *  @throws AppError bad_request naming the first that the actor may not read, whether it is there or not; corpus_archived */
export async function resolveCorpora(ports: Ports, actor: Actor, named: readonly string[]): Promise<string[]> {
  if (named.length === 0) return [];
  const { corpora, missing } = await searchableCorpora(ports, actor, named);
  if (missing !== undefined) {
    throw new AppError('bad_request', { detail: `There is no corpus “${missing.slice(0, 120)}” that you may read.` });
  }
  return corpora.map((corpus) => corpus.id);
}
