import { query } from '../command.ts';
import { type Db, first, type Script } from '../script.ts';

/** The version of the announcement that a person closed last; null when they closed none. */
export const dismissedAnnouncementOf = query(function* (db: Db, args: { userId: string }): Script<string | null> {
  const user = yield* first(db.selectFrom('users').select('dismissed_announcement').where('id', '=', args.userId));
  return user?.dismissed_announcement ?? null;
});
