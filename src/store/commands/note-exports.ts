import { command } from '../command.ts';
import type { Db, Script } from '../script.ts';
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
