import { command } from '../command.ts';
import { rulesNow } from '../retention/rules-now.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { addJob } from './jobs.ts';
import { isCorpusNameTaken } from './knowledge-corpora.ts';
import { countInCorpus, type Deleting, deletingColumns } from './knowledge-documents.ts';
import { bumpKnowledge } from './knowledge-index.ts';
import { purgeDocumentRow, type RemovedDocument } from './knowledge-purge.ts';
import { nameKey } from './name-key.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { requireCuration } from './require-curation.ts';

export type RestoreDocumentResult =
  | { outcome: 'restored'; state: string }
  /** It is not in the bin. */
  | { outcome: 'not_found' }
  /** The same file, or the same address, was added to the corpus meanwhile. */
  | { outcome: 'already_here'; title: string };

/** Takes a document out of the bin as it was put there: what was read of it is searched again, and what was not is read on. */
export const restoreDocument = command(
  ['knowledge', 'jobs', 'audit'],
  function* (db: Db, args: Change & { documentId: string; jobId: string }): Script<RestoreDocumentResult> {
    const document = yield* inBin(db, args.documentId);
    if (!document) return { outcome: 'not_found' };
    yield* requireCuration(db, args, document.corpus_id);
    const twin = yield* first(
      db
        .selectFrom('documents')
        .select('title')
        .where('corpus_id', '=', document.corpus_id)
        .where('deleted_at', 'is', null)
        .where((eb) =>
          document.address === null ? eb('sha256', '=', document.sha256) : eb('address', '=', document.address),
        ),
    );
    if (twin) return { outcome: 'already_here', title: twin.title };
    yield* run(
      db.updateTable('documents').set({ deleted_at: null, updated_at: args.at }).where('id', '=', document.id),
    );
    yield* countInCorpus(db, document, { documents: 1, at: args.at });
    yield* bumpKnowledge(db, args.at);
    const isUnread = unreadStates.includes(document.state);
    if (isUnread) yield* readOn(db, document, args);
    yield* recordAudit(db, {
      ...args,
      action: 'document.restored',
      object: { kind: 'document', id: document.id },
      facts: { corpus_id: document.corpus_id },
      personal: { title: document.title },
    });
    return { outcome: 'restored', state: isUnread ? 'queued' : document.state };
  },
);

/** Deletes a document in the bin for good; its passages are cleared by `sweepDeleted`. Gives the original to be removed. */
export const purgeDocument = command(
  ['knowledge', 'audit'],
  function* (db: Db, args: Change & { documentId: string }): Script<RemovedDocument | undefined> {
    const document = yield* inBin(db, args.documentId);
    if (!document) return undefined;
    yield* requireCuration(db, args, document.corpus_id);
    yield* recordAudit(db, {
      ...args,
      action: 'document.purged',
      object: { kind: 'document', id: document.id },
      facts: { corpus_id: document.corpus_id },
      personal: { title: document.title },
    });
    return yield* purgeDocumentRow(db, document, args.at);
  },
);

/** Takes a corpus out of the bin with its documents and grants; those whose reading its deletion cut off are read on. */
export const restoreCorpus = command(
  ['knowledge', 'access', 'jobs', 'audit'],
  function* (db: Db, args: Change & { id: string; name?: string }): Script<'restored' | 'not_found' | 'name_taken'> {
    const corpus = yield* corpusInBin(db, args.id);
    if (!corpus) return 'not_found';
    yield* requireCuration(db, args, args.id, 'in bin');
    const name = args.name ?? corpus.name;
    if (yield* isCorpusNameTaken(db, name, args.id)) return 'name_taken';
    yield* run(
      db
        .updateTable('corpora')
        .set({ deleted_at: null, updated_at: args.at, name, name_key: nameKey(name) })
        .where('id', '=', args.id),
    );
    const unread = yield* all(
      db
        .selectFrom('documents as d')
        .select(['d.id', 'd.address', 'd.version'])
        .where('d.corpus_id', '=', args.id)
        .where('d.deleted_at', 'is', null)
        .where('d.state', 'in', [...unreadStates]),
    );
    for (const document of unread) {
      yield* readOn(db, document, { ...args, jobId: `${document.id} restored ${args.at}` });
    }
    yield* bumpKnowledge(db, args.at);
    yield* recordAudit(db, {
      ...args,
      action: 'corpus.restored',
      object: { kind: 'corpus', id: args.id },
      facts: { documents: corpus.document_count },
      personal: { name, ...(name !== corpus.name && { was: corpus.name }) },
    });
    return 'restored';
  },
);

/** Deletes a corpus in the bin for good, with its grants; its documents are cleared by `sweepDeleted`. */
export const purgeCorpus = command(
  ['knowledge', 'access', 'audit'],
  function* (db: Db, args: Change & { id: string }): Script<'purged' | 'not_found'> {
    const corpus = yield* corpusInBin(db, args.id);
    if (!corpus) return 'not_found';
    yield* requireCuration(db, args, args.id, 'in bin');
    yield* purgeCorpusRow(db, args);
    yield* recordAudit(db, {
      ...args,
      action: 'corpus.purged',
      object: { kind: 'corpus', id: args.id },
      facts: { documents: corpus.document_count },
      personal: { name: corpus.name },
    });
    return 'purged';
  },
);

/** Purges what was put into the bin before a moment, at most so many of each. `keepDays` is the rule that the moment follows from: where another
 *  holds by now, nothing is taken. Gives the originals to be removed, and how many went. */
export const emptyKnowledgeBin = command(
  ['knowledge', 'access'],
  function* (
    db: Db,
    args: { deletedBefore: string; keepDays?: number; max: number; at: string },
  ): Script<{ removed: RemovedDocument[]; purged: number }> {
    if (args.keepDays !== undefined && (yield* rulesNow(db)).document_bin !== args.keepDays) {
      return { removed: [], purged: 0 };
    }
    const corpora = yield* all(
      db
        .selectFrom('corpora')
        .select('id')
        .where('deleted_at', 'is not', null)
        .where('purged_at', 'is', null)
        .where('deleted_at', '<', args.deletedBefore)
        .limit(args.max),
    );
    for (const { id } of corpora) yield* purgeCorpusRow(db, { id, at: args.at });
    const documents = yield* all(
      db
        .selectFrom('documents')
        .select(deletingColumns)
        .where('deleted_at', 'is not', null)
        .where('purged_at', 'is', null)
        .where('deleted_at', '<', args.deletedBefore)
        .limit(args.max),
    );
    const removed: RemovedDocument[] = [];
    for (const document of documents) removed.push(yield* purgeDocumentRow(db, document, args.at));
    return { removed, purged: corpora.length + documents.length };
  },
);

function* purgeCorpusRow(db: Db, { id, at }: { id: string; at: string }): Script<void> {
  yield* run(db.updateTable('corpora').set({ purged_at: at }).where('id', '=', id));
  yield* run(db.deleteFrom('grants').where('object_kind', '=', 'corpus').where('object_id', '=', id));
}

const unreadStates: readonly string[] = ['queued', 'parsing', 'embedding'];

/** Has a document read whose reading was cut off, with the priority it had; a page that was never fetched is fetched. */
function* readOn(
  db: Db,
  document: { id: string; address: string | null; version: number },
  { jobId, at }: { jobId: string; at: string },
): Script<void> {
  const cut = yield* first(
    db.selectFrom('jobs').select('priority').where('subject_id', '=', document.id).orderBy('position', 'desc').limit(1),
  );
  const text = yield* first(
    db
      .selectFrom('document_texts')
      .select('version')
      .where('document_id', '=', document.id)
      .where('version', '=', document.version),
  );
  const kind = document.address !== null && !text ? 'fetch' : 'ingest';
  yield* run(db.updateTable('documents').set({ state: 'queued' }).where('id', '=', document.id));
  yield* addJob(db, { jobId, kind, subjectId: document.id, priority: cut?.priority ?? 0, at });
}

type DocumentInBin = Deleting & { title: string; sha256: string; address: string | null; version: number };

/** A document in the bin of a corpus that is live itself. */
function* inBin(db: Db, documentId: string): Script<DocumentInBin | undefined> {
  return yield* first(
    db
      .selectFrom('documents as d')
      .innerJoin('corpora as c', 'c.id', 'd.corpus_id')
      .select([
        ...deletingColumns.map((column) => `d.${column}` as const),
        'd.title',
        'd.sha256',
        'd.address',
        'd.version',
      ])
      .where('d.id', '=', documentId)
      .where('d.deleted_at', 'is not', null)
      .where('d.purged_at', 'is', null)
      .where('c.deleted_at', 'is', null),
  );
}

function* corpusInBin(db: Db, id: string): Script<{ name: string; document_count: number } | undefined> {
  return yield* first(
    db
      .selectFrom('corpora')
      .select(['name', 'document_count'])
      .where('id', '=', id)
      .where('deleted_at', 'is not', null)
      .where('purged_at', 'is', null),
  );
}
