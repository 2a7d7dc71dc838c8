import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import { type Db, run, type Script } from '../script.ts';

export type ReportArgs = {
  instanceId: string;
  startedAt: string;
  /** As the contract has it. */
  report: object;
  /** Instances that are seen to be gone; their rows go. */
  gone: readonly string[];
  at: string;
};

/** What an instance says of itself, in place of what it said before. */
export const reportInstance = command(['instances'], function* (db: Db, args: ReportArgs): Script<void> {
  const said = { seen_at: args.at, report: encodeJson(args.report) };
  yield* run(
    db
      .insertInto('instances')
      .values({ instance_id: args.instanceId, started_at: args.startedAt, ...said })
      .onConflict((conflict) => conflict.column('instance_id').doUpdateSet(said)),
  );
  if (args.gone.length === 0) return;
  yield* run(db.deleteFrom('instances').where('instance_id', 'in', [...args.gone]));
});
