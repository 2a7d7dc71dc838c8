import { query } from '../command.ts';
import { backupsKey, type NotedBackups } from '../commands/note-backup.ts';
import { decodeJson } from '../json.ts';
import { type Db, first, type Script } from '../script.ts';

/** What checks of backups noted in this store; empty when none did. */
export const notedBackups = query(function* (db: Db): Script<NotedBackups> {
  const row = yield* first(db.selectFrom('settings').select('value').where('key', '=', backupsKey));
  return row ? decodeJson<NotedBackups>(row.value) : {};
});
