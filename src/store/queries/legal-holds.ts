import { query } from '../command.ts';
import { isHeldSession } from '../holds/held.ts';
import { all, type Db, type Script } from '../script.ts';

export type HoldRecord = {
  id: string;
  subject_kind: string;
  subject_id: string;
  reason: string;
  placed_at: string;
  released_at: string | null;
  release_reason: string | null;
  /** Names of people at this moment; null of nobody, and where the subject is of the other kind. */
  placed_by_name: string | null;
  released_by_name: string | null;
  person_name: string | null;
  session_title: string | null;
  owner_name: string | null;
};

/** Holds, the newest first; also those that were released. */
export const legalHolds = query(function* (
  db: Db,
  args: { limit: number; after?: { placedAt: string; id: string } },
): Script<HoldRecord[]> {
  const { limit, after } = args;
  let list = db
    .selectFrom('legal_holds as h')
    .leftJoin('users as p', 'p.id', 'h.placed_by')
    .leftJoin('users as r', 'r.id', 'h.released_by')
    .leftJoin('users as u', (join) => join.onRef('u.id', '=', 'h.subject_id').on('h.subject_kind', '=', 'user'))
    .leftJoin('user_sessions as s', (join) =>
      join.onRef('s.session_id', '=', 'h.subject_id').on('h.subject_kind', '=', 'session'),
    )
    .leftJoin('users as o', 'o.id', 's.user_id')
    .select([
      'h.id',
      'h.subject_kind',
      'h.subject_id',
      'h.reason',
      'h.placed_at',
      'h.released_at',
      'h.release_reason',
      'p.display_name as placed_by_name',
      'r.display_name as released_by_name',
      'u.display_name as person_name',
      's.title as session_title',
      'o.display_name as owner_name',
    ])
    .orderBy('h.placed_at', 'desc')
    .orderBy('h.id', 'desc')
    .limit(limit);
  if (after) {
    list = list.where((eb) =>
      eb.or([
        eb('h.placed_at', '<', after.placedAt),
        eb.and([eb('h.placed_at', '=', after.placedAt), eb('h.id', '<', after.id)]),
      ]),
    );
  }
  return yield* all(list);
});

/** Those of some sessions that must be kept. */
export const heldAmong = query(function* (db: Db, args: { sessionIds: readonly string[] }): Script<string[]> {
  if (args.sessionIds.length === 0) return [];
  const held = yield* all(
    db
      .selectFrom('user_sessions as s')
      .select('s.session_id')
      .where('s.session_id', 'in', [...args.sessionIds])
      .where(isHeldSession('s')),
  );
  return held.map(({ session_id }) => session_id);
});
