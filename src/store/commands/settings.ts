import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import { type Db, run, type Script } from '../script.ts';

/** Stores one setting of the running system. */
export const putSetting = command(
  [],
  function* (db: Db, args: { key: string; value: unknown; at: string }): Script<void> {
    const value = encodeJson(args.value);
    yield* run(
      db
        .insertInto('settings')
        .values({ key: args.key, value, updated_at: args.at })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at: args.at })),
    );
  },
);

/** Proves that a commit reaches the disk. */
export const checkWritable = command([], function* (db: Db, args: { at: string }): Script<void> {
  yield* putSetting.run(db, { key: 'health.last_write', value: args.at, at: args.at });
});
