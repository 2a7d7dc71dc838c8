import { sql } from 'kysely';
import { query } from '../command.ts';
import type { OfReader } from './knowledge.ts';
import { all, type Db, first, type Script } from '../script.ts';

export type VersionRecord = {
  version: number;
  state: string;
  title: string;
  filename: string;
  media_type: string;
  bytes: number;
  passage_count: number;
  file_key: string;
  created_at: string;
  /** 1 where its text is stored. */
  has_text: number;
};

const columns = ['title', 'filename', 'media_type', 'bytes', 'passage_count', 'file_key', 'created_at'] as const;

/** The versions of a document that are kept, the current one and the next among them, newest first. */
export const versionsOf = query(function* (
  db: Db,
  args: OfReader & { before?: number; limit: number },
): Script<VersionRecord[]> {
  const { documentId, before, limit } = args;
  return yield* all(
    db
      .selectFrom((eb) =>
        eb
          .selectFrom('documents')
          .select(['id as document_id', 'version', sql<string>`'current'`.as('state'), ...columns])
          .where('id', '=', documentId)
          .unionAll(
            eb
              .selectFrom('document_versions')
              .select(['document_id', 'version', 'state', ...columns])
              .where('document_id', '=', documentId),
          )
          .as('v'),
      )
      .select(['v.version', 'v.state', ...columns.map((column) => `v.${column}` as const)])
      .select((eb) =>
        eb
          .exists(
            eb
              .selectFrom('document_texts as t')
              .select('t.version')
              .whereRef('t.document_id', '=', 'v.document_id')
              .whereRef('t.version', '=', 'v.version'),
          )
          .$castTo<number>()
          .as('has_text'),
      )
      .$if(before !== undefined, (list) => list.where('v.version', '<', before ?? 0))
      .orderBy('v.version', 'desc')
      .limit(limit),
  );
});

export type VersionMaking = { action: string; at: string; facts: string; username: string | null };

/** How versions of a document came to be, as the audit log says, newest first. The server has no name, nor whoever is erased.
 *  Index: audit_log_object. */
export const versionMakings = query(function* (
  db: Db,
  args: { documentId: string; limit: number },
): Script<VersionMaking[]> {
  return yield* all(
    db
      .selectFrom('audit_log as a')
      .leftJoin('users as u', (join) => join.onRef('u.id', '=', 'a.actor_user_id').on('u.erase_at', 'is', null))
      .select(['a.action', 'a.at', 'a.facts', 'u.username'])
      .where('a.object_id', '=', args.documentId)
      .where('a.action', 'in', [
        'document.added',
        'document.reprocessed',
        'document.replaced',
        'document.fetched_again',
      ])
      .orderBy('a.at', 'desc')
      .orderBy('a.position', 'desc')
      .limit(args.limit),
  );
});

export type OldVersionRecord = { title: string; filename: string; media_type: string; file_key: string };

/** A version of a document that was replaced and is still kept. */
export const oldVersionOf = query(function* (
  db: Db,
  args: OfReader & { version: number },
): Script<OldVersionRecord | undefined> {
  return yield* first(
    db
      .selectFrom('document_versions')
      .select(['title', 'filename', 'media_type', 'file_key'])
      .where('document_id', '=', args.documentId)
      .where('version', '=', args.version)
      .where('state', '=', 'old'),
  );
});
