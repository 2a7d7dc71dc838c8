import type { Db, Script } from './script.ts';
import { unlessFallen } from './standing.ts';

/** What a commit touched; carried by the bell so that a listener may sleep through the rest. Only a hint: the log is the truth. */
export const allTopics = [
  'log',
  'journal',
  'sessions',
  'turns',
  'knowledge',
  'jobs',
  'access',
  'sharing',
  'audit',
  'instances',
  'settings',
] as const;
export type Topic = (typeof allTopics)[number];

/** A write: all its reads and changes hold together or not at all. `args` and the result are plain data. */
export type Command<Args, Result> = {
  topics: readonly Topic[];
  run(db: Db, args: Args): Script<Result>;
  joining?: Joining<Args, Result>;
};

/** How several of a command that wait are run as one, where a statement costs as much for many rows as for one. */
export type Joining<Args, Result> = {
  /** What each of those run together has for itself, so that none depends on another; undefined for one that is run alone. */
  keyOf(args: Args): string | undefined;
  run(db: Db, list: readonly Args[]): Script<Result[]>;
};

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
    run: (db, args) => unlessFallen(db, args, run(db, args)),
  };
}

/** A command that the server alone asks for, and that can be run with others of its kind. */
export function joined<Args, Result>(
  topics: readonly Topic[],
  joining: Joining<Args, Result>,
): Command<Args, Result> & { joining: Joining<Args, Result> } {
  return {
    topics,
    joining,
    *run(db, args) {
      const [result] = yield* joining.run(db, [args]);
      return result as Result;
    },
  };
}

export function query<Args, Result>(run: (db: Db, args: Args) => Script<Result>): Query<Args, Result> {
  return { run };
}
