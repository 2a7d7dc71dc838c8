import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { type Change, recordAudit } from './record-audit.ts';

/** Stores one setting of the running system. Its record names it and holds numbers and flags; a text may be a secret. */
export const putSetting = command(
  ['audit'],
  function* (db: Db, args: Change & { key: string; value: unknown }): Script<void> {
    const stored = yield* first(db.selectFrom('settings').select('value').where('key', '=', args.key));
    if (stored?.value === encodeJson(args.value)) return;
    yield* storeSetting(db, args);
    const isPlain = typeof args.value === 'number' || typeof args.value === 'boolean';
    yield* recordAudit(db, {
      ...args,
      action: 'setting.changed',
      object: { kind: 'setting', id: args.key },
      ...(isPlain && { facts: { value: args.value as number | boolean } }),
    });
  },
);

/** Stores what the product itself notes, without a record. */
export function* storeSetting(db: Db, args: { key: string; value: unknown; at: string }): Script<void> {
  const value = encodeJson(args.value);
  yield* run(
    db
      .insertInto('settings')
      .values({ key: args.key, value, updated_at: args.at })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at: args.at })),
  );
}

/** Proves that a commit reaches the disk. */
export const checkWritable = command([], function* (db: Db, args: { at: string }): Script<void> {
  yield* storeSetting(db, { key: 'health.last_write', value: args.at, at: args.at });
});
