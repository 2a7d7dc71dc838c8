import { sql } from 'kysely';
import { holdOn, isHeldSession } from '../holds/held.ts';
import type { Db } from '../script.ts';
import { hasStatus } from '../session-status.ts';

/** Sessions of people that a rule by last activity takes: none that is pinned, temporary, deleted already, or under a legal hold. Of one that was brought in,
 *  its coming counts as an activity. `before` is the first moment that is kept. */
export function sessionsThatGo(db: Db, kind: 'sessions' | 'imported', before: string) {
  const old = db
    .selectFrom('user_sessions as s')
    .where('s.last_activity', '<', before)
    .where('s.pinned', '=', 0)
    .where('s.temporary_until', 'is', null)
    .where('s.user_id', 'is not', null)
    .where((eb) => eb.not(isHeldSession('s')));
  if (kind === 'imported') {
    return old
      .where('s.imported_at', 'is not', null)
      .where('s.imported_at', '<', before)
      .where('s.deleted_at', 'is', null);
  }
  return old
    .where('s.imported_at', 'is', null)
    .where((eb) => eb.or([hasStatus('s', 'active'), hasStatus('s', 'inactive')].map((each) => sql<boolean>`${each}`)));
}

export function binnedSessionsThatGo(db: Db, before: string) {
  return db
    .selectFrom('user_sessions as s')
    .where('s.deleted_at', 'is not', null)
    .where('s.deleted_at', '<', before)
    .where('s.erase_at', 'is', null)
    .where((eb) => eb.not(isHeldSession('s')));
}

/** Temporary sessions whose time is over. */
export function temporaryThatGo(db: Db, at: string) {
  return db
    .selectFrom('user_sessions as s')
    .where('s.temporary_until', 'is not', null)
    .where('s.temporary_until', '<=', at)
    .where('s.erase_at', 'is', null)
    .where((eb) => eb.not(isHeldSession('s')));
}

export function binnedDocumentsThatGo(db: Db, before: string) {
  return db
    .selectFrom('documents as d')
    .where('d.deleted_at', 'is not', null)
    .where('d.purged_at', 'is', null)
    .where('d.deleted_at', '<', before);
}

export function accessesThatGo(db: Db, before: string) {
  return db
    .selectFrom('document_access_log as l')
    .where('l.at', '<', before)
    .where((eb) => eb.not(holdOn('user', sql.ref('l.user_id'))));
}

/** Of no person under a hold, and of no session that must be kept. */
export function auditNamesThatGo(db: Db, before: string) {
  return db
    .selectFrom('audit_log as l')
    .where('l.personal', 'is not', null)
    .where('l.at', '<', before)
    .where((eb) =>
      eb.not(
        eb.or([
          holdOn('user', sql.ref('l.actor_user_id')),
          holdOn('user', sql.ref('l.object_id')),
          eb.exists(
            eb
              .selectFrom('user_sessions as s')
              .select('s.session_id')
              .whereRef('s.session_id', '=', 'l.object_id')
              .where(isHeldSession('s')),
          ),
        ]),
      ),
    );
}
