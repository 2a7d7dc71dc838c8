import { AppError } from '../../errors.ts';
import { command } from '../command.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { requireCuration } from './require-curation.ts';

/** Gives a live corpus to another owner, who must be able to curate it: an active curator or administrator. The one it had until now and administrators
 *  may; any other curator of it may not. Giving it to its owner changes nothing.
 *  @throws AppError not_found, forbidden */
export const giveCorpus = command(
  ['access', 'knowledge', 'audit'],
  function* (
    db: Db,
    args: Change & { id: string; username: string },
  ): Script<'given' | 'not_found' | 'no_such_curator'> {
    const corpus = yield* first(
      db.selectFrom('corpora').select('owner_user_id').where('id', '=', args.id).where('deleted_at', 'is', null),
    );
    if (!corpus) return 'not_found';
    yield* requireCuration(db, args, args.id);
    if (args.by.userId !== corpus.owner_user_id && !(yield* isAdministrator(db, args.by.userId))) {
      throw new AppError('forbidden');
    }
    const owner = yield* first(
      db
        .selectFrom('users')
        .select('id')
        .where('username_key', '=', args.username.toLowerCase())
        .where('role', 'in', ['curator', 'administrator'])
        .where('is_active', '=', 1)
        .where('deleted_at', 'is', null),
    );
    if (!owner) return 'no_such_curator';
    if (owner.id === corpus.owner_user_id) return 'given';
    yield* run(
      db.updateTable('corpora').set({ owner_user_id: owner.id, updated_at: args.at }).where('id', '=', args.id),
    );
    yield* recordAudit(db, {
      ...args,
      action: 'corpus.given',
      object: { kind: 'corpus', id: args.id },
      facts: { user_id: owner.id, was: corpus.owner_user_id },
    });
    return 'given';
  },
);

function* isAdministrator(db: Db, userId: string | null): Script<boolean> {
  const user = yield* first(db.selectFrom('users').select('role').where('id', '=', userId));
  return user?.role === 'administrator';
}
