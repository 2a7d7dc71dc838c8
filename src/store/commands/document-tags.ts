import { maxCorpusTags, maxDocumentTags } from '../../contract/document-tags.ts';
import { AppError } from '../../errors.ts';
import { command } from '../command.ts';
import { tagsAmong } from '../queries/document-tags.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { nameKey } from './name-key.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { requireCuration } from './require-curation.ts';

/** `set` replaces all that a document has. What is both added and removed is added. */
export type TagChange = { set: readonly string[] } | { add: readonly string[]; remove: readonly string[] };

type Tags = ReadonlyMap<string, string>;

/** Changes the tags of documents of one corpus, of all of them or of none; gives how many had others before. A corpus writes a tag in one way: as other
 *  documents of it have it, else as it is written here.
 *  @throws AppError bad_request for a document that is not in the corpus; conflict for more tags than a document or a corpus may have */
export const tagDocuments = command(
  ['knowledge', 'audit'],
  function* (
    db: Db,
    args: Change & { corpusId: string; documentIds: readonly string[]; change: TagChange },
  ): Script<{ changed: number }> {
    const { corpusId, change } = args;
    yield* requireCuration(db, args, corpusId);
    const ids = [...new Set(args.documentIds)];
    const documents = yield* all(
      db
        .selectFrom('documents')
        .select(['id', 'title'])
        .where('id', 'in', ids)
        .where('corpus_id', '=', corpusId)
        .where('deleted_at', 'is', null),
    );
    if (documents.length < ids.length) {
      throw new AppError('bad_request', { detail: 'A document that was named is not in this corpus.' });
    }
    const here = yield* tagsAmong(db, ids);
    const stored = Map.groupBy(here, (each) => each.document_id);
    const known = new Set(here.map((each) => each.tag_key));
    const tags = 'set' in change ? change.set : change.add;
    const { given, areNew } = yield* asWritten(db, { corpusId, ids, tags, known });
    const removed = new Set('set' in change ? [] : change.remove.map(nameKey));
    let changed = 0;
    for (const { id, title } of documents) {
      const before: Tags = new Map(stored.get(id)?.map(({ tag_key, tag }) => [tag_key, tag]));
      const kept = 'set' in change ? [] : [...before].filter(([key]) => !removed.has(key));
      const after: Tags = new Map([...kept, ...given]);
      if (yield* putTags(db, { ...args, documentId: id, title, before, after })) changed += 1;
    }
    if (areNew) yield* refuseTooMany(db, corpusId);
    return { changed };
  },
);

/** By their keys, as the corpus writes them, and whether any is new to it.
 *  @param args.known  keys that documents have which are changed */
function* asWritten(
  db: Db,
  args: { corpusId: string; ids: readonly string[]; tags: readonly string[]; known: ReadonlySet<string> },
): Script<{ given: Tags; areNew: boolean }> {
  const { corpusId, ids, tags, known } = args;
  const given = new Map<string, string>();
  let areNew = false;
  for (const tag of tags) {
    const key = nameKey(tag);
    const elsewhere = yield* first(
      db
        .selectFrom('document_tags')
        .select('tag')
        .where('corpus_id', '=', corpusId)
        .where('tag_key', '=', key)
        .where('document_id', 'not in', [...ids])
        .limit(1),
    );
    given.set(key, elsewhere?.tag ?? tag);
    if (!elsewhere && !known.has(key)) areNew = true;
  }
  return { given, areNew };
}

/** Gives whether anything changed. */
function* putTags(
  db: Db,
  args: Change & { corpusId: string; documentId: string; title: string; before: Tags; after: Tags },
): Script<boolean> {
  const { corpusId, documentId, before, after } = args;
  const added = [...after].filter(([key, tag]) => before.get(key) !== tag);
  const removed = [...before].filter(([key, tag]) => after.get(key) !== tag);
  if (added.length === 0 && removed.length === 0) return false;
  if (after.size > maxDocumentTags) {
    const detail = `A document has at most ${maxDocumentTags} tags; “${args.title}” would have ${after.size}.`;
    throw new AppError('conflict', { detail });
  }
  const keys = removed.map(([key]) => key);
  if (keys.length > 0) {
    yield* run(db.deleteFrom('document_tags').where('document_id', '=', documentId).where('tag_key', 'in', keys));
  }
  if (added.length > 0) {
    const rows = added.map(([key, tag]) => ({ document_id: documentId, tag_key: key, corpus_id: corpusId, tag }));
    yield* run(db.insertInto('document_tags').values(rows));
  }
  yield* recordAudit(db, {
    ...args,
    action: 'document.tagged',
    object: { kind: 'document', id: documentId },
    facts: { corpus_id: corpusId, tags: after.size },
    personal: { title: args.title, added: added.map(([, tag]) => tag), removed: removed.map(([, tag]) => tag) },
  });
  return true;
}

function* refuseTooMany(db: Db, corpusId: string): Script<void> {
  const row = yield* first(
    db
      .selectFrom('document_tags')
      .select((eb) => eb.fn.count<number>('tag_key').distinct().as('tags'))
      .where('corpus_id', '=', corpusId),
  );
  if ((row?.tags ?? 0) <= maxCorpusTags) return;
  throw new AppError('conflict', { detail: `A corpus has at most ${maxCorpusTags} different tags.` });
}

/** With the document they go for good. */
export function* removeTagsOf(db: Db, documentId: string): Script<void> {
  yield* run(db.deleteFrom('document_tags').where('document_id', '=', documentId));
}
