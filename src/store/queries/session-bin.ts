import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';

export type SessionInBinRow = {
  session_id: string;
  title: string;
  message_count: number;
  last_activity: string;
  deleted_at: string;
  temporary_until: string | null;
};

/** What an owner deleted and may bring back, the newest deletion first. */
export const sessionsInBin = query(function* (
  db: Db,
  args: { userId: string; after?: { deletedAt: string; sessionId: string }; limit: number },
): Script<SessionInBinRow[]> {
  let list = db
    .selectFrom('user_sessions as s')
    .innerJoin('session_members as m', 'm.session_id', 's.session_id')
    .select((eb) => [
      's.session_id',
      's.title',
      's.message_count',
      's.last_activity',
      's.temporary_until',
      eb.ref('s.deleted_at').$notNull().as('deleted_at'),
    ])
    .where('m.user_id', '=', args.userId)
    .where('m.level', '=', 'owner')
    .where('s.deleted_at', 'is not', null)
    .where('s.erase_at', 'is', null)
    .orderBy('s.deleted_at', 'desc')
    .orderBy('s.session_id')
    .limit(args.limit);
  const { after } = args;
  if (after) {
    list = list.where((eb) =>
      eb.or([
        eb('s.deleted_at', '<', after.deletedAt),
        eb.and([eb('s.deleted_at', '=', after.deletedAt), eb('s.session_id', '>', after.sessionId)]),
      ]),
    );
  }
  return yield* all(list);
});
