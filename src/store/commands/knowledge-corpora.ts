import { byServer } from '../../contract/audit.ts';
import { command } from '../command.ts';
import { decodeJson, encodeJson } from '../json.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { putEveryone } from './builtins.ts';
import { cancelJobsOfCorpus } from './jobs.ts';
import { bumpKnowledge } from './knowledge-index.ts';
import { nameKey } from './name-key.ts';
import { failNextVersions } from './next-version.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { requireCuration } from './require-curation.ts';
import { storeSetting } from './settings.ts';

export type CreateCorpusArgs = Change & {
  id: string;
  name: string;
  description: string;
  /** Null for a corpus the product brings itself. */
  ownerUserId: string | null;
};

/** Makes a corpus that everyone may read. Its name is taken while another live corpus has it, however it is written. */
export const createCorpus = command(
  ['knowledge', 'access', 'audit'],
  function* (db: Db, args: CreateCorpusArgs): Script<'created' | 'name_taken'> {
    if (yield* isCorpusNameTaken(db, args.name, args.id)) return 'name_taken';
    yield* run(
      db.insertInto('corpora').values({
        id: args.id,
        name: args.name,
        name_key: nameKey(args.name),
        description: args.description,
        owner_user_id: args.ownerUserId,
        is_active: 1,
        document_count: 0,
        passage_count: 0,
        created_at: args.at,
        updated_at: args.at,
        deleted_at: null,
      }),
    );
    yield* recordAudit(db, {
      ...args,
      action: 'corpus.created',
      object: { kind: 'corpus', id: args.id },
      personal: { name: args.name },
    });
    const everyone = yield* first(db.selectFrom('groups').select('id').where('name_key', '=', 'everyone'));
    if (!everyone) return 'created';
    yield* run(
      db.insertInto('grants').values({
        group_id: everyone.id,
        object_kind: 'corpus',
        object_id: args.id,
        level: 'read',
        granted_at: args.at,
      }),
    );
    return 'created';
  },
);

/** What the setting of the handbook holds. */
type HandbookSetting = { corpusId: string; isImported: boolean };

/** Makes the corpus of the handbook and records it, once in the life of a store whatever becomes of it. A name that a person
 *  has taken counts as imported: theirs stays. */
export const startHandbook = command(
  ['knowledge', 'access', 'audit'],
  function* (
    db: Db,
    args: { settingKey: string; corpusId: string; name: string; description: string; at: string },
  ): Script<HandbookSetting> {
    const stored = yield* first(db.selectFrom('settings').select('value').where('key', '=', args.settingKey));
    if (stored) return decodeJson<HandbookSetting>(stored.value);
    yield* putEveryone(db, args.at);
    const { corpusId: id, name, description, at } = args;
    const outcome = yield* createCorpus.run(db, { id, name, description, ownerUserId: null, at, by: byServer });
    const value = { corpusId: id, isImported: outcome === 'name_taken' };
    yield* storeSetting(db, { key: args.settingKey, value, at });
    return value;
  },
);

/** Renames, describes, tags, archives a corpus or brings it back; what is left out, or is so already, stays. */
export const updateCorpus = command(
  ['knowledge', 'audit'],
  function* (
    db: Db,
    args: Change & { id: string; name?: string; description?: string; archived?: boolean; tags?: readonly string[] },
  ): Script<'updated' | 'not_found' | 'name_taken'> {
    const { name, description, archived } = args;
    const tags = args.tags && eachOnce(args.tags);
    const was = yield* first(
      db
        .selectFrom('corpora')
        .select(['name', 'description', 'archived_at', 'tags'])
        .where('id', '=', args.id)
        .where('deleted_at', 'is', null),
    );
    if (!was) return 'not_found';
    yield* requireCuration(db, args, args.id);
    if (name !== undefined && (yield* isCorpusNameTaken(db, name, args.id))) return 'name_taken';
    const isRenamed = name !== undefined && name !== was.name;
    const isDescribed = description !== undefined && description !== was.description;
    const isMoved = archived !== undefined && archived !== (was.archived_at !== null);
    const isTagged = tags !== undefined && encodeJson(tags) !== was.tags;
    if (!isRenamed && !isDescribed && !isMoved && !isTagged) return 'updated';
    yield* run(
      db
        .updateTable('corpora')
        .set({
          updated_at: args.at,
          ...(name !== undefined && { name, name_key: nameKey(name) }),
          ...(description !== undefined && { description }),
          ...(isMoved && { archived_at: archived ? args.at : null }),
          ...(isTagged && { tags: encodeJson(tags) }),
        })
        .where('id', '=', args.id),
    );
    yield* recordAudit(db, {
      ...args,
      action: 'corpus.changed',
      object: { kind: 'corpus', id: args.id },
      facts: {
        ...(isDescribed && { description_changed: true }),
        ...(isMoved && { archived }),
        ...(isTagged && { tags: tags.length }),
      },
      personal: { name: name ?? was.name, ...(isRenamed && { was: was.name }), ...(isTagged && { tags }) },
    });
    return 'updated';
  },
);

/** A tag is one however it is written; the first way counts. */
function eachOnce(tags: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (const tag of tags) if (!byKey.has(nameKey(tag))) byKey.set(nameKey(tag), tag);
  return [...byKey.values()];
}

/** Puts a corpus into the recycle bin: nothing in it can be reached from this commit on, and all of it is kept, its grants too. */
export const deleteCorpus = command(
  ['knowledge', 'access', 'jobs', 'audit'],
  function* (db: Db, args: Change & { id: string }): Script<'deleted' | 'not_found'> {
    const row = yield* first(
      db
        .selectFrom('corpora')
        .select(['name', 'document_count'])
        .where('id', '=', args.id)
        .where('deleted_at', 'is', null),
    );
    if (!row) return 'not_found';
    yield* requireCuration(db, args, args.id);
    yield* run(db.updateTable('corpora').set({ deleted_at: args.at, updated_at: args.at }).where('id', '=', args.id));
    yield* cancelJobsOfCorpus(db, { corpusId: args.id, at: args.at });
    yield* failNextVersions(db, { corpusId: args.id, at: args.at });
    yield* bumpKnowledge(db, args.at);
    yield* recordAudit(db, {
      ...args,
      action: 'corpus.deleted',
      object: { kind: 'corpus', id: args.id },
      facts: { documents: row.document_count },
      personal: { name: row.name },
    });
    return 'deleted';
  },
);

/** Whether another live corpus has the name, however it is written. */
export function* isCorpusNameTaken(db: Db, name: string, ownId: string): Script<boolean> {
  const other = yield* first(
    db
      .selectFrom('corpora')
      .select('id')
      .where('name_key', '=', nameKey(name))
      .where('deleted_at', 'is', null)
      .where('id', '!=', ownId),
  );
  return other !== undefined;
}
