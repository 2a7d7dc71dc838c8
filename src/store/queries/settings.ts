import { query } from '../command.ts';
import { decodeJson } from '../json.ts';
import { type Db, first, type Script } from '../script.ts';

/** A stored setting's value; undefined when it was never stored. */
export const setting = query(function* (db: Db, args: { key: string }): Script<unknown> {
  const row = yield* first(db.selectFrom('settings').select('value').where('key', '=', args.key));
  return row && decodeJson<unknown>(row.value);
});
