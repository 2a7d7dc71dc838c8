import type { ShareLevel, ShareSubject } from '../../contract/sharing.ts';
import { command } from '../command.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { nextRev } from './append-events.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { settleMembers } from './settle-members.ts';

/** Who does it, and whom it lets in. */
type Sharing = Change & { sessionId: string; userId: string; subject: ShareSubject };

/** So many people and groups are let into one session at most. */
const maxGrantsOfSession = 100;

/** Lets a person or a group into a session of its owner, at a level; whoever is in has that level from here on. A group must be one that
 *  the owner is in. */
export const shareSession = command(
  ['sharing', 'sessions', 'log', 'turns', 'audit'],
  function* (
    db: Db,
    args: Sharing & { level: ShareLevel },
  ): Script<'shared' | 'not_found' | 'nobody' | 'own' | 'too_many'> {
    const { sessionId, userId, subject, level, at } = args;
    if (!(yield* isOwner(db, args))) return 'not_found';
    if (subject.kind === 'user' && subject.id === userId) return 'own';
    if (!(yield* canBeNamed(db, args))) return 'nobody';
    const was = yield* first(grantsOf(db, args).select('level'));
    if (was?.level === level) return 'shared';
    if (!was && (yield* countGrants(db, sessionId)) >= maxGrantsOfSession) return 'too_many';
    yield* run(
      db
        .insertInto('session_grants')
        .values({ session_id: sessionId, subject_kind: subject.kind, subject_id: subject.id, level, granted_at: at })
        .onConflict((conflict) =>
          conflict.columns(['session_id', 'subject_kind', 'subject_id']).doUpdateSet({ level, granted_at: at }),
        ),
    );
    yield* settle(db, args);
    yield* recordAudit(db, {
      ...args,
      action: 'session.shared',
      object: { kind: 'session', id: sessionId },
      facts: { object_kind: subject.kind, object_id: subject.id, level, ...(was && { was: was.level }) },
    });
    return 'shared';
  },
);

/** Takes away what lets a person or a group in: by the owner, or by the person themself. Whoever is not let in stays so. */
export const unshareSession = command(
  ['sharing', 'sessions', 'log', 'turns', 'audit'],
  function* (db: Db, args: Sharing): Script<'removed' | 'not_found'> {
    const { sessionId, userId, subject } = args;
    const isOwn = subject.kind === 'user' && subject.id === userId;
    if (!isOwn && !(yield* isOwner(db, args))) return 'not_found';
    const was = yield* first(
      db
        .deleteFrom('session_grants')
        .where('session_id', '=', sessionId)
        .where('subject_kind', '=', subject.kind)
        .where('subject_id', '=', subject.id)
        .returning('level'),
    );
    if (!was) return isOwn && !(yield* isOwner(db, args)) ? 'not_found' : 'removed';
    yield* settle(db, args);
    yield* recordAudit(db, {
      ...args,
      action: 'session.unshared',
      object: { kind: 'session', id: sessionId },
      facts: { object_kind: subject.kind, object_id: subject.id, was: was.level },
    });
    return 'removed';
  },
);

function* settle(db: Db, { sessionId, at }: Sharing): Script<void> {
  yield* settleMembers(db, { sessionIds: [sessionId], at });
  yield* run(db.updateTable('user_sessions').set({ rev: nextRev }).where('session_id', '=', sessionId));
}

function* isOwner(db: Db, { sessionId, userId }: { sessionId: string; userId: string }): Script<boolean> {
  const row = yield* first(
    db
      .selectFrom('user_sessions')
      .select('session_id')
      .where('session_id', '=', sessionId)
      .where('user_id', '=', userId)
      .where('deleted_at', 'is', null),
  );
  return row !== undefined;
}

/** People who may sign in, and groups that the owner is in. */
function* canBeNamed(db: Db, { subject, userId }: Sharing): Script<boolean> {
  const found =
    subject.kind === 'user'
      ? yield* first(
          db
            .selectFrom('users')
            .select('id')
            .where('id', '=', subject.id)
            .where('is_active', '=', 1)
            .where('deleted_at', 'is', null),
        )
      : yield* first(
          db
            .selectFrom('group_members')
            .select('group_id')
            .where('group_id', '=', subject.id)
            .where('user_id', '=', userId),
        );
  return found !== undefined;
}

function grantsOf(db: Db, { sessionId, subject }: Sharing) {
  return db
    .selectFrom('session_grants')
    .where('session_id', '=', sessionId)
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id);
}

function* countGrants(db: Db, sessionId: string): Script<number> {
  const row = yield* first(
    db
      .selectFrom('session_grants')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('session_id', '=', sessionId),
  );
  return row?.count ?? 0;
}
