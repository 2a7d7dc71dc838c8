import { byServer } from '../../contract/audit.ts';
import type { MailProblem } from '../../contract/mail.ts';
import { command } from '../command.ts';
import { mayUsePassword } from '../queries/password-rule.ts';
import { readUser, readUserByEmail } from '../queries/users.ts';
import { type Db, first, run, type Script } from '../script.ts';
import type { NewLink } from './one-time-links.ts';
import { recordAudit } from './record-audit.ts';

export type AskForResetArgs = NewLink & {
  /** A username or a mail address, in any case. */
  account: string;
  /** Where it was asked from. */
  address: string;
  userAgent: string;
  at: string;
};

export type AskForResetOutcome =
  | { outcome: 'created'; username: string; email: string }
  | { outcome: 'nobody' | 'open' };

/** Stores a link that somebody asks for who says that they forgot their password. `nobody`: there is no such user who is active, has an
 *  address and signs in with a password. `open`: one they asked for opens still, and no other is given before it is over, so that nobody
 *  can fill a stranger's mailbox or end the link that lies in it. What an administrator gave stays good. */
export const askForReset = command(['audit'], function* (db: Db, args: AskForResetArgs): Script<AskForResetOutcome> {
  const byName = db.selectFrom('users').select('id').where('username_key', '=', args.account.toLowerCase());
  const userId = (yield* readUserByEmail(db, args.account))?.id ?? (yield* first(byName))?.id;
  const user = userId === undefined ? undefined : yield* readUser(db, userId);
  if (!user || user.is_active === 0 || user.email === null) return { outcome: 'nobody' };
  const known = yield* first(db.selectFrom('users').select('password_hash').where('id', '=', user.id));
  if (!known || known.password_hash === '') return { outcome: 'nobody' };
  if (!(yield* mayUsePassword(db, user.role))) return { outcome: 'nobody' };
  const before = yield* first(
    db.selectFrom('one_time_links').select('expires_at').where('user_id', '=', user.id).where('is_asked_for', '=', 1),
  );
  if (before && before.expires_at > args.at) return { outcome: 'open' };
  yield* run(db.deleteFrom('one_time_links').where('user_id', '=', user.id).where('is_asked_for', '=', 1));
  yield* run(
    db.insertInto('one_time_links').values({
      id: args.id,
      purpose: 'reset',
      token_hash: args.tokenHash,
      user_id: user.id,
      username: null,
      role: null,
      group_ids: null,
      created_by: user.id,
      created_at: args.at,
      expires_at: args.expiresAt,
      is_asked_for: 1,
    }),
  );
  yield* recordAudit(db, {
    at: args.at,
    by: byServer,
    action: 'user.reset_asked_for',
    object: { kind: 'user', id: user.id },
    personal: { address: args.address, user_agent: args.userAgent },
  });
  return { outcome: 'created', username: user.username, email: user.email };
});

/** Takes back a link that somebody asked for and that could not be mailed, so that they may ask again at once. */
export const withdrawUnmailedReset = command(
  ['audit'],
  function* (db: Db, args: { id: string; problem: MailProblem; at: string }): Script<'withdrawn' | 'not_found'> {
    const gone = yield* first(
      db.deleteFrom('one_time_links').where('id', '=', args.id).where('is_asked_for', '=', 1).returning('user_id'),
    );
    if (!gone?.user_id) return 'not_found';
    yield* recordAudit(db, {
      at: args.at,
      by: byServer,
      action: 'user.reset_not_mailed',
      object: { kind: 'user', id: gone.user_id },
      facts: { problem: args.problem },
    });
    return 'withdrawn';
  },
);
