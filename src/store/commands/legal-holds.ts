import { command } from '../command.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { type Change, recordAudit } from './record-audit.ts';

export type HoldSubject = { kind: 'user' | 'session'; id: string };

export type PlaceHoldResult =
  | 'placed'
  /** There is no such person or session. */
  | 'not_found'
  | 'held_already'
  /** What is ordered is not called back: it is half gone. */
  | 'being_erased';

/** From this commit on nothing erases what it is on, until it is released. */
export const placeHold = command(
  ['audit', 'sessions'],
  function* (db: Db, args: Change & { id: string; subject: HoldSubject; reason: string }): Script<PlaceHoldResult> {
    const { id, subject, reason, at, by } = args;
    const found = yield* erasureOf(db, subject);
    if (!found) return 'not_found';
    if (found.erase_at !== null) return 'being_erased';
    const same = yield* first(
      db
        .selectFrom('legal_holds')
        .select('id')
        .where('subject_kind', '=', subject.kind)
        .where('subject_id', '=', subject.id)
        .where('released_at', 'is', null),
    );
    if (same) return 'held_already';
    yield* run(
      db.insertInto('legal_holds').values({
        id,
        subject_kind: subject.kind,
        subject_id: subject.id,
        reason,
        placed_at: at,
        placed_by: by.userId,
      }),
    );
    yield* recordAudit(db, {
      at,
      by,
      action: 'hold.placed',
      object: subject,
      facts: { hold_id: id },
      personal: { reason },
    });
    return 'placed';
  },
);

/** What it was on goes again as everything does. Gives whether it held. */
export const releaseHold = command(
  ['audit', 'sessions'],
  function* (db: Db, args: Change & { id: string; reason: string }): Script<boolean> {
    const { id, reason, at, by } = args;
    const hold = yield* first(
      db
        .updateTable('legal_holds')
        .set({ released_at: at, released_by: by.userId, release_reason: reason })
        .where('id', '=', id)
        .where('released_at', 'is', null)
        .returning(['subject_kind', 'subject_id']),
    );
    if (!hold) return false;
    const object = { kind: hold.subject_kind === 'user' ? 'user' : 'session', id: hold.subject_id } as const;
    yield* recordAudit(db, { at, by, action: 'hold.released', object, facts: { hold_id: id }, personal: { reason } });
    return true;
  },
);

/** When erasing it was ordered, of a session also by erasing its owner. */
function* erasureOf(db: Db, { kind, id }: HoldSubject): Script<{ erase_at: string | null } | undefined> {
  if (kind === 'user') return yield* first(db.selectFrom('users').select('erase_at').where('id', '=', id));
  return yield* first(
    db
      .selectFrom('user_sessions as s')
      .leftJoin('users as u', 'u.id', 's.user_id')
      .select((eb) => eb.fn.coalesce('s.erase_at', 'u.erase_at').as('erase_at'))
      .where('s.session_id', '=', id),
  );
}

/** Of what is erased no reason stays that somebody wrote: it may name them. */
export function* forgetReasons(db: Db, { kind, id }: HoldSubject): Script<void> {
  yield* run(
    db
      .updateTable('legal_holds')
      .set({ reason: '', release_reason: null })
      .where('subject_kind', '=', kind)
      .where('subject_id', '=', id),
  );
}
