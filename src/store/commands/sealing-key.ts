import { command } from '../command.ts';
import { keyInUse } from '../queries/sealing-key.ts';
import { type Db, type Script } from '../script.ts';
import { storeSetting } from './settings.ts';

/** Notes the key that secrets are encrypted with from here on. While something is encrypted, there is no other key than its own. */
export const adoptSealingKey = command([], function* (db: Db, args: { keyId: string; at: string }): Script<
  'adopted' | 'other_in_use'
> {
  const inUse = yield* keyInUse(db);
  if (inUse !== undefined && inUse !== args.keyId) return 'other_in_use';
  yield* storeSetting(db, { key: 'sealing.key_id', value: args.keyId, at: args.at });
  return 'adopted';
});
