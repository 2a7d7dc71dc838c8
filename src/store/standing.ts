import type { By, Through } from '../contract/audit.ts';
import { AppError } from '../errors.ts';
import { ask, continued, type Db, isQuestion, type Script, statement } from './script.ts';

/** Whether what somebody came through still lets them in: the login or key lives, and its user is active in the same role. */
export function* stands(db: Db, { through, now }: { through: Through; now: string }): Script<boolean> {
  const { role } = through;
  const found =
    'apiKeyId' in through
      ? yield* liveKey.first(db, { id: through.apiKeyId, role, now })
      : yield* liveLogin.first(db, { id: through.loginId, role, now });
  return found !== undefined;
}

/** A change, refused when who asked for it may not act any more at the moment it would be made. Both are looked up at once.
 *  @throws AppError unauthenticated */
export function* unlessFallen<Result>(db: Db, args: unknown, script: Script<Result>): Script<Result> {
  if (!isChange(args) || args.by.through === undefined) return yield* script;
  const standing = stands(db, { through: args.by.through, now: args.at });
  const step = script.next([]);
  // What changes something is not sent before it is known who asks.
  if (step.done || !isQuestion(step.value)) {
    if (!(yield* standing)) throw new AppError('unauthenticated');
    return yield* continued(script, step);
  }
  const asked = standing.next([]);
  if (asked.done) throw new Error('nothing was asked for who stands');
  const [found = [], answer = []] = yield* ask([asked.value, step.value]);
  if (standing.next(found).value !== true) throw new AppError('unauthenticated');
  return yield* continued(script, script.next(answer));
}

function isChange(args: unknown): args is { by: By; at: string } {
  return typeof args === 'object' && args !== null && 'by' in args && 'at' in args;
}

type Asked = { id: string; role: string; now: string };

const liveLogin = statement<Asked>()((db, slots) =>
  db
    .selectFrom('login_tokens as t')
    .innerJoin('users as u', 'u.id', 't.user_id')
    .select('t.id')
    .where('t.id', '=', slots.id)
    .where('t.revoked_at', 'is', null)
    .where('t.expires_at', '>', slots.now)
    .where('u.is_active', '=', 1)
    .where('u.deleted_at', 'is', null)
    .where('u.role', '=', slots.role),
);

const liveKey = statement<Asked>()((db, slots) =>
  db
    .selectFrom('api_keys as k')
    .innerJoin('users as u', 'u.id', 'k.user_id')
    .select('k.id')
    .where('k.id', '=', slots.id)
    .where('k.revoked_at', 'is', null)
    .where('k.expires_at', '>', slots.now)
    .where('u.is_active', '=', 1)
    .where('u.deleted_at', 'is', null)
    .where('u.role', '=', slots.role),
);
