import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';

export type SharedWithRecord = { session_id: string; title: string; level: string; added_at: string };
export type ShareGivenRecord = {
  session_id: string;
  subject_kind: string;
  subject_id: string;
  level: string;
  granted_at: string;
};
export type GuestMessageRecord = { session_id: string; seq: number; at: string; payload: string };

/** Sessions of others that a person is let into, in the order of their ids. Index: session_members_shared. */
export const sessionsSharedWith = query(function* (
  db: Db,
  args: { userId: string; after: string; limit: number },
): Script<SharedWithRecord[]> {
  return yield* all(
    db
      .selectFrom('session_members as m')
      .innerJoin('user_sessions as s', 's.session_id', 'm.session_id')
      .select(['m.session_id', 's.title', 'm.level', 'm.added_at'])
      .where('m.user_id', '=', args.userId)
      .where('m.level', '<>', 'owner')
      .where('s.deleted_at', 'is', null)
      .where('m.session_id', '>', args.after)
      .orderBy('m.session_id')
      .limit(args.limit),
  );
});

/** Whom a person let into their own sessions, of so many sessions from one on, in the order of their ids. */
export const sharesGivenBy = query(function* (
  db: Db,
  args: { userId: string; after: string; limit: number },
): Script<ShareGivenRecord[]> {
  const sessions = db
    .selectFrom('session_grants as g')
    .innerJoin('user_sessions as s', 's.session_id', 'g.session_id')
    .select('g.session_id')
    .distinct()
    .where('s.user_id', '=', args.userId)
    .where('s.erase_at', 'is', null)
    .where('g.session_id', '>', args.after)
    .orderBy('g.session_id')
    .limit(args.limit);
  return yield* all(
    db
      .selectFrom('session_grants as g')
      .select(['g.session_id', 'g.subject_kind', 'g.subject_id', 'g.level', 'g.granted_at'])
      .where('g.session_id', 'in', sessions)
      .orderBy('g.session_id')
      .orderBy('g.subject_kind')
      .orderBy('g.subject_id'),
  );
});

/** What a person wrote in sessions of others, also in those they are in no more, oldest first in each. Payloads are whole. */
export const guestMessagesOf = query(function* (
  db: Db,
  args: { userId: string; after: { sessionId: string; seq: number }; limit: number },
): Script<GuestMessageRecord[]> {
  const { sessionId, seq } = args.after;
  return yield* all(
    db
      .selectFrom('session_authors as a')
      .innerJoin('turns as t', (join) =>
        join.onRef('t.session_id', '=', 'a.session_id').onRef('t.author_user_id', '=', 'a.user_id'),
      )
      .innerJoin('session_events as e', (join) =>
        join.onRef('e.session_id', '=', 't.session_id').onRef('e.seq', '=', 't.message_seq'),
      )
      .leftJoin('blobs as b', 'b.blob_id', 'e.blob_id')
      .select((eb) => ['e.session_id', 'e.seq', 'e.at', eb.fn.coalesce('b.body', 'e.payload').as('payload')])
      .where('a.user_id', '=', args.userId)
      .where('a.session_id', '>=', sessionId)
      .where((eb) => eb.or([eb('a.session_id', '>', sessionId), eb('e.seq', '>', seq)]))
      .orderBy('a.session_id')
      .orderBy('e.seq')
      .limit(args.limit),
  );
});
