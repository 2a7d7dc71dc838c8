import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';

/** Which of these sessions, named as where they were made, a person has; what lies in the bin comes again. Indexes: the key and user_sessions_imported. */
export const importedAmong = query(function* (
  db: Db,
  args: { userId: string; importedFrom: readonly string[] },
): Script<string[]> {
  const { userId, importedFrom } = args;
  if (importedFrom.length === 0) return [];
  const found: string[] = [];
  for (const column of ['imported_from', 'session_id'] as const) {
    const rows = yield* all(
      db
        .selectFrom('user_sessions')
        .select(`${column} as name`)
        .where('user_id', '=', userId)
        .where(column, 'in', [...importedFrom])
        .where('erase_at', 'is', null)
        .where('deleted_at', 'is', null),
    );
    for (const { name } of rows) if (name !== null) found.push(name);
  }
  return found;
});
