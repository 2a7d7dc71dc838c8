import { byServer } from '../../contract/audit.ts';
import { command } from '../command.ts';
import { mustKeepPerson } from '../holds/held.ts';
import { readUser } from '../queries/users.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { dropBudget } from './drop-budget.ts';
import { dropOidcIdentities } from './oidc-identities.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { dropSecondFactor } from './second-factor-proof.ts';
import { cancelTurnsOf } from './turn-end.ts';
import { authorGone, dropGrantsTo, holdAdministrators, isLastAdministrator } from './users.ts';

/** Begins to erase a person: from this commit on nobody can sign in as them and nothing names them. Their logins, memberships and
 *  settings go at once; sessions and what else is theirs are cleared in bites, by `clearErased`. */
export const eraseUser = command(
  ['access', 'sharing', 'knowledge', 'log', 'sessions', 'turns', 'audit'],
  function* (
    db: Db,
    args: Change & {
      userId: string;
      /** Whether the corpora they own go too, with every document in them. */
      corpora: 'keep' | 'erase';
    },
  ): Script<'erasing' | 'not_found' | 'last_administrator' | 'on_hold'> {
    yield* holdAdministrators(db, args.at);
    const user = yield* readUser(db, args.userId);
    if (!user) return 'not_found';
    if (yield* isLastAdministrator(db, user)) return 'last_administrator';
    if (yield* mustKeepPerson(db, user.id)) return 'on_hold';
    yield* run(
      db
        .updateTable('users')
        .set({
          username: `erased-${user.id}`,
          username_key: `erased-${user.id}`,
          display_name: 'Erased',
          email: null,
          default_corpora: '[]',
          dismissed_announcement: null,
          password_hash: '',
          is_active: 0,
          last_login_at: null,
          updated_at: args.at,
          deleted_at: args.at,
          erase_at: args.at,
          erases_corpora: args.corpora === 'erase' ? 1 : 0,
        })
        .where('id', '=', user.id),
    );
    yield* cancelTurnsOf(db, { ...args, code: authorGone });
    yield* run(db.deleteFrom('login_tokens').where('user_id', '=', user.id));
    yield* run(db.deleteFrom('api_keys').where('user_id', '=', user.id));
    yield* dropSecondFactor(db, user.id);
    yield* dropOidcIdentities(db, user.id);
    yield* dropBudget(db, { kind: 'user', subjectId: user.id });
    yield* run(db.deleteFrom('one_time_links').where('user_id', '=', user.id));
    yield* run(db.deleteFrom('group_members').where('user_id', '=', user.id));
    yield* dropGrantsTo(db, { userId: user.id, at: args.at });
    yield* run(db.deleteFrom('user_state').where('user_key', '=', user.id));
    yield* recordAudit(db, {
      ...args,
      action: 'user.erasure_began',
      object: { kind: 'user', id: user.id },
      facts: { corpora: args.corpora },
    });
    return 'erasing';
  },
);

/** Says of people of whom `clearErased` left nothing, once the file holds nothing of it either, that they are erased. */
export const finishErasing = command(
  ['audit'],
  function* (db: Db, args: { userIds: readonly string[]; at: string }): Script<void> {
    for (const userId of args.userIds) {
      const user = yield* first(
        db
          .updateTable('users')
          .set({ erased_at: args.at })
          .where('id', '=', userId)
          .where('erase_at', 'is not', null)
          .where('erased_at', 'is', null)
          .returning('id'),
      );
      if (!user) continue;
      yield* recordAudit(db, {
        at: args.at,
        by: byServer,
        action: 'user.erased',
        object: { kind: 'user', id: userId },
      });
    }
  },
);
