import { byServer } from '../../contract/audit.ts';
import { command } from '../command.ts';
import { type Db, first, type Script } from '../script.ts';
import { recordAudit } from './record-audit.ts';

export type NoteRefusedSignInsArgs = {
  /** As it was typed. It is looked up and not stored: where nobody has that name it may be a password in the wrong field. */
  username: string;
  /** Wrong passwords in a row for this account. */
  failures: number;
  /** Refused sign-ins of all accounts, on the process that records, since its record before. */
  refusedSince: number;
  address: string;
  userAgent: string;
  at: string;
};

/** Whom refused sign-ins are recorded for when no user has the name that was typed. */
const nobody = 'unknown';

/** Records that an account was tried with wrong passwords until it was made to wait. */
export const noteRefusedSignIns = command(['audit'], function* (db: Db, args: NoteRefusedSignInsArgs): Script<void> {
  const user = yield* first(
    db
      .selectFrom('users')
      .select('id')
      .where('username_key', '=', args.username.toLowerCase())
      .where('deleted_at', 'is', null),
  );
  yield* recordAudit(db, {
    at: args.at,
    by: byServer,
    action: 'user.sign_in_refused',
    object: { kind: 'user', id: user?.id ?? nobody },
    facts: { failures: args.failures, refused_since: args.refusedSince },
    personal: { address: args.address, user_agent: args.userAgent },
  });
});
