import type { Db, Script } from './script.ts';
import { refuseFallen } from './standing.ts';

/** What a commit touched; carried by the bell so that a listener may sleep through the rest. Only a hint: the log is the truth. */
export type Topic = 'log' | 'journal' | 'sessions' | 'turns' | 'knowledge' | 'jobs' | 'access' | 'audit';

/** A write: all its reads and changes hold together or not at all. `args` and the result are plain data. */
export type Command<Args, Result> = { topics: readonly Topic[]; run(db: Db, args: Args): Script<Result> };

/** A read from one consistent snapshot. */
export type Query<Args, Result> = { run(db: Db, args: Args): Script<Result> };

/** A command whose `args` say `by` whom it is asked for is refused when they may not act any more: between the decision that they may and
 *  this moment there may be a body that trickles, the hash of a password, or a queue. */
export function command<Args, Result>(
  topics: readonly Topic[],
  run: (db: Db, args: Args) => Script<Result>,
): Command<Args, Result> {
  return {
    topics,
    *run(db, args) {
      yield* refuseFallen(db, args);
      return yield* run(db, args);
    },
  };
}

export function query<Args, Result>(run: (db: Db, args: Args) => Script<Result>): Query<Args, Result> {
  return { run };
}
