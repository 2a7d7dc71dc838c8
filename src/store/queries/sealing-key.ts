import { query } from '../command.ts';
import { decodeJson } from '../json.ts';
import { type Db, first, type Script, together } from '../script.ts';

/** The key that everything encrypted in the store opens with; undefined while nothing is encrypted. */
export const sealingKeyInUse = query(function* (db: Db, _args: Record<string, never>): Script<string | undefined> {
  return yield* keyInUse(db);
});

export function* keyInUse(db: Db): Script<string | undefined> {
  const [factor, endpoint] = yield* together(
    first(db.selectFrom('second_factors').select('user_id').limit(1)),
    first(db.selectFrom('model_endpoints').select('endpoint_id').where('sealed_key', 'is not', null).limit(1)),
  );
  return (factor ?? endpoint) && (yield* adoptedKey(db));
}

/** The key that was noted last, whether anything is encrypted with it or not. */
export function* adoptedKey(db: Db): Script<string | undefined> {
  const row = yield* first(db.selectFrom('settings').select('value').where('key', '=', 'sealing.key_id'));
  return row && decodeJson<string>(row.value);
}
