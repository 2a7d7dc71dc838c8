import type { Grantable, GrantKind } from '../../contract/access.ts';
import { command } from '../command.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { findGroup } from './groups.ts';
import { type Change, recordAudit } from './record-audit.ts';

/** Grants a group an agent or a corpus at a level; what is granted already has that level from here on. */
export const putGrant = command(
  ['access', 'knowledge', 'audit'],
  function* (
    db: Db,
    args: Change & Grantable & { groupId: string; objectId: string },
  ): Script<'granted' | 'not_found'> {
    if (!(yield* findGroup(db, args.groupId))) return 'not_found';
    if (!(yield* isThere(db, args.kind, args.objectId))) return 'not_found';
    const was = yield* findGrant(db, args);
    if (was?.level === args.level) return 'granted';
    yield* run(
      db
        .insertInto('grants')
        .values({
          group_id: args.groupId,
          object_kind: args.kind,
          object_id: args.objectId,
          level: args.level,
          granted_at: args.at,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['object_kind', 'object_id', 'group_id'])
            .doUpdateSet({ level: args.level, granted_at: args.at }),
        ),
    );
    yield* recordAudit(db, {
      ...args,
      action: 'grant.put',
      object: { kind: 'group', id: args.groupId },
      facts: { object_kind: args.kind, object_id: args.objectId, level: args.level, ...(was && { was: was.level }) },
    });
    return 'granted';
  },
);

/** Takes a grant away; what is not granted stays so. */
export const removeGrant = command(
  ['access', 'knowledge', 'audit'],
  function* (
    db: Db,
    args: Change & { groupId: string; kind: GrantKind; objectId: string },
  ): Script<'removed' | 'not_found'> {
    if (!(yield* findGroup(db, args.groupId))) return 'not_found';
    if (!(yield* isThere(db, args.kind, args.objectId))) return 'not_found';
    const was = yield* first(
      db
        .deleteFrom('grants')
        .where('object_kind', '=', args.kind)
        .where('object_id', '=', args.objectId)
        .where('group_id', '=', args.groupId)
        .returning('level'),
    );
    if (!was) return 'removed';
    yield* recordAudit(db, {
      ...args,
      action: 'grant.removed',
      object: { kind: 'group', id: args.groupId },
      facts: { object_kind: args.kind, object_id: args.objectId, was: was.level },
    });
    return 'removed';
  },
);

function* findGrant(
  db: Db,
  { groupId, kind, objectId }: { groupId: string; kind: GrantKind; objectId: string },
): Script<{ level: string } | undefined> {
  return yield* first(
    db
      .selectFrom('grants')
      .select('level')
      .where('object_kind', '=', kind)
      .where('object_id', '=', objectId)
      .where('group_id', '=', groupId),
  );
}

/** Inactive ones are there: what they are granted to holds once they are active again. */
function* isThere(db: Db, kind: GrantKind, objectId: string): Script<boolean> {
  const found =
    kind === 'agent'
      ? yield* first(db.selectFrom('agents').select('id').where('id', '=', objectId).where('deleted_at', 'is', null))
      : yield* first(db.selectFrom('corpora').select('id').where('id', '=', objectId).where('deleted_at', 'is', null));
  return found !== undefined;
}
