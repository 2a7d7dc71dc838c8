import { command } from '../command.ts';
import { type Db, run, type Script } from '../script.ts';

/** Notes that a mail did not go out, and why; what is older than `keptSince` goes. Whom it was for is not stored. Index: mail_failures_at. */
export const noteMailFailure = command(
  ['instances'],
  function* (db: Db, args: { problem: string; keptSince: string; at: string }): Script<void> {
    yield* run(db.deleteFrom('mail_failures').where('at', '<', args.keptSince));
    yield* run(db.insertInto('mail_failures').values({ at: args.at, problem: args.problem }));
  },
);
