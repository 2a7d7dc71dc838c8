import { type RetentionRules, retentionKey, rulesOf } from '../../contract/retention.ts';
import { decodeJson } from '../json.ts';
import { type Db, first, type Script } from '../script.ts';

/** The rules as they are in this transaction. */
export function* rulesNow(db: Db): Script<RetentionRules> {
  const row = yield* first(db.selectFrom('settings').select('value').where('key', '=', retentionKey));
  return rulesOf(row && decodeJson<unknown>(row.value));
}
