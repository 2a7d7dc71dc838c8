import type { Db, Script } from './script.ts';

/** What a commit touched; carried by the bell so that a listener may sleep through the rest. Only a hint: the log is the truth. */
export type Topic = 'log' | 'journal' | 'sessions' | 'turns' | 'knowledge' | 'jobs' | 'access' | 'audit';

/** A write: all its reads and changes hold together or not at all. `args` and the result are plain data. */
export type Command<Args, Result> = { topics: readonly Topic[]; run(db: Db, args: Args): Script<Result> };

/** A read from one consistent snapshot. */
export type Query<Args, Result> = { run(db: Db, args: Args): Script<Result> };

export function command<Args, Result>(
  topics: readonly Topic[],
  run: (db: Db, args: Args) => Script<Result>,
): Command<Args, Result> {
  return { topics, run };
}

export function query<Args, Result>(run: (db: Db, args: Args) => Script<Result>): Query<Args, Result> {
  return { run };
}
