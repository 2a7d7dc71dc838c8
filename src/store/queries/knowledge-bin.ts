import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';

/** Of what lies in the recycle bin. `deleted_by` is null when the server did it, or somebody who is erased. */
type InBin = { id: string; deleted_at: string; deleted_by: string | null };
export type CorpusInBin = InBin & { name: string; document_count: number };
export type DocumentInBin = InBin & { title: string; filename: string; bytes: number };

/** Corpora in the bin among these ids, newest deletion first. */
export const corporaInBin = query(function* (db: Db, args: { ids: readonly string[] }): Script<CorpusInBin[]> {
  if (args.ids.length === 0) return [];
  return yield* all(
    db
      .selectFrom('corpora as c')
      .select(['c.id', 'c.name', 'c.document_count'])
      .select((eb) => [eb.ref('c.deleted_at').$notNull().as('deleted_at'), lastDeletion(db, 'c.id', 'corpus.deleted')])
      .where('c.id', 'in', [...args.ids])
      .where('c.deleted_at', 'is not', null)
      .where('c.purged_at', 'is', null)
      .orderBy('c.deleted_at', 'desc')
      .orderBy('c.id'),
  );
});

/** Documents in the bin of a corpus, newest deletion first. Index: documents_in_bin. */
export const documentsInBin = query(function* (
  db: Db,
  args: { corpusId: string; after?: { deletedAt: string; id: string }; limit: number },
): Script<DocumentInBin[]> {
  const { after } = args;
  let list = db
    .selectFrom('documents as d')
    .select(['d.id', 'd.title', 'd.filename', 'd.bytes'])
    .select((eb) => [eb.ref('d.deleted_at').$notNull().as('deleted_at'), lastDeletion(db, 'd.id', 'document.deleted')])
    .where('d.corpus_id', '=', args.corpusId)
    .where('d.deleted_at', 'is not', null)
    .where('d.purged_at', 'is', null)
    .orderBy('d.deleted_at', 'desc')
    .orderBy('d.id')
    .limit(args.limit);
  if (after) {
    list = list.where((eb) =>
      eb.or([
        eb('d.deleted_at', '<', after.deletedAt),
        eb.and([eb('d.deleted_at', '=', after.deletedAt), eb('d.id', '>', after.id)]),
      ]),
    );
  }
  return yield* all(list);
});

/** Who deleted it last, as the audit log says. Index: audit_log_object. */
function lastDeletion(db: Db, id: 'c.id' | 'd.id', action: 'corpus.deleted' | 'document.deleted') {
  return db
    .selectFrom('audit_log as a')
    .leftJoin('users as u', 'u.id', 'a.actor_user_id')
    .select('u.username')
    .whereRef('a.object_id', '=', id as never)
    .where('a.action', '=', action)
    .orderBy('a.at', 'desc')
    .orderBy('a.position', 'desc')
    .limit(1)
    .as('deleted_by');
}
