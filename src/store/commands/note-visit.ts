import { command } from '../command.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { nextRev } from './append-events.ts';

export type Visit = { sessionId: string; userId: string; instanceId: string };

/** Notes that a member has a shared session open at an instance, or has closed it; the pages of its members hear of whoever comes or goes.
 *  Nothing of a session that nobody is let into, and of nobody who is not in it.
 *  @param args.openUntilMs  until when it is taken for open; `nowMs` once it is closed */
export const noteVisit = command(
  ['sessions'],
  function* (db: Db, args: Visit & { at: string; nowMs: number; openUntilMs: number }): Script<'noted' | 'not_shared'> {
    const { sessionId, userId, instanceId, at, nowMs, openUntilMs } = args;
    const member = yield* first(
      db
        .selectFrom('session_members as m')
        .innerJoin('user_sessions as s', 's.session_id', 'm.session_id')
        .select('m.level')
        .where('m.session_id', '=', sessionId)
        .where('m.user_id', '=', userId)
        .where('s.deleted_at', 'is', null)
        .where((eb) =>
          eb.exists(
            eb.selectFrom('session_grants as g').select('g.level').whereRef('g.session_id', '=', 's.session_id'),
          ),
        ),
    );
    if (!member) return 'not_shared';
    const wasHere = yield* isHere(db, args);
    yield* run(
      db
        .deleteFrom('session_visits')
        .where('session_id', '=', sessionId)
        .where('user_id', '=', userId)
        .where('instance_id', '<>', instanceId)
        .where('open_until_ms', '<=', nowMs),
    );
    yield* run(
      db
        .insertInto('session_visits')
        .values({
          session_id: sessionId,
          user_id: userId,
          instance_id: instanceId,
          last_read_at: at,
          open_until_ms: openUntilMs,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['user_id', 'session_id', 'instance_id'])
            .doUpdateSet({ last_read_at: at, open_until_ms: openUntilMs }),
        ),
    );
    if (wasHere !== (yield* isHere(db, args))) {
      yield* run(db.updateTable('user_sessions').set({ rev: nextRev }).where('session_id', '=', sessionId));
    }
    return 'noted';
  },
);

function* isHere(db: Db, { sessionId, userId, nowMs }: Visit & { nowMs: number }): Script<boolean> {
  const row = yield* first(
    db
      .selectFrom('session_visits')
      .select('instance_id')
      .where('session_id', '=', sessionId)
      .where('user_id', '=', userId)
      .where('open_until_ms', '>', nowMs)
      .limit(1),
  );
  return row !== undefined;
}
