import { command } from '../command.ts';
import { type Db, first, type Script } from '../script.ts';
import { type Change, recordAudit } from './record-audit.ts';

/** Records that somebody takes the audit log out of the store. */
export const noteAuditExport = command(
  ['audit'],
  function* (db: Db, args: Change & { format: string; filter: Readonly<Record<string, string>> }): Script<void> {
    yield* recordAudit(db, {
      ...args,
      action: 'audit.exported',
      object: { kind: 'audit', id: 'log' },
      facts: { format: args.format, ...args.filter },
    });
  },
);

/** Records that somebody takes out what is stored of them. */
export const noteAccountExport = command(
  ['audit'],
  function* (db: Db, args: Change & { userId: string }): Script<void> {
    yield* recordAudit(db, { ...args, action: 'account.exported', object: { kind: 'user', id: args.userId } });
  },
);

/** Records that a member takes a session out of the store. Gives whether there is one that is theirs and not deleted. */
export const noteSessionExport = command(
  ['audit'],
  function* (db: Db, args: Change & { sessionId: string; userId: string; format: string }): Script<boolean> {
    const session = yield* first(
      db
        .selectFrom('user_sessions as s')
        .innerJoin('session_members as m', 'm.session_id', 's.session_id')
        .select('s.session_id')
        .where('s.session_id', '=', args.sessionId)
        .where('m.user_id', '=', args.userId)
        .where('s.deleted_at', 'is', null),
    );
    if (!session) return false;
    const { format } = args;
    const object = { kind: 'session', id: args.sessionId } as const;
    yield* recordAudit(db, { ...args, action: 'session.exported', object, facts: { format } });
    return true;
  },
);

/** Records that somebody takes counts of use out of the store, and which. */
export const noteUsageExport = command(
  ['audit'],
  function* (db: Db, args: Change & { asked: Readonly<Record<string, string | undefined>> }): Script<void> {
    yield* recordAudit(db, {
      ...args,
      action: 'usage.exported',
      object: { kind: 'usage', id: 'all' },
      facts: Object.fromEntries(
        Object.entries(args.asked).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
    });
  },
);

/** Records that somebody takes out the list of sessions, and what it was narrowed to; of a text that was searched for, only that there was
 *  one: it may name people. */
export const noteSessionsExport = command(
  ['audit'],
  function* (
    db: Db,
    args: Change & { status: string; sort: string; agentId?: string; username?: string; q?: string },
  ): Script<void> {
    const { at, by, status, sort, agentId, username, q } = args;
    const person =
      username !== undefined &&
      (yield* first(db.selectFrom('users').select('id').where('username_key', '=', username.toLowerCase())));
    yield* recordAudit(db, {
      at,
      by,
      action: 'session_list.exported',
      object: { kind: 'session_list', id: 'all' },
      facts: {
        status,
        sort,
        ...(agentId !== undefined && { agent_id: agentId }),
        ...(username !== undefined && { user_id: person ? person.id : 'none' }),
        ...(q !== undefined && { searched: true }),
      },
    });
  },
);
