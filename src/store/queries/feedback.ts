import type { Rating } from '../../contract/feedback.ts';
import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';

export type FeedbackRecord = { turn_id: string; rating: Rating; reason: string; updated_at: string };

/** What a person thinks of the answers of a session, of those they rated. */
export const feedbackOf = query(function* (
  db: Db,
  args: { sessionId: string; userId: string },
): Script<FeedbackRecord[]> {
  return yield* all(
    db
      .selectFrom('answer_feedback')
      .select((eb) => ['turn_id', eb.ref('rating').$castTo<Rating>().as('rating'), 'reason', 'updated_at'])
      .where('session_id', '=', args.sessionId)
      .where('user_id', '=', args.userId)
      .orderBy('turn_id'),
  );
});

/** A page of everything a person thinks of answers, in the order of the turns' ids. Index: answer_feedback_user. */
export const feedbackOfPerson = query(function* (
  db: Db,
  args: { userId: string; after: string; limit: number },
): Script<(FeedbackRecord & { session_id: string; created_at: string })[]> {
  return yield* all(
    db
      .selectFrom('answer_feedback')
      .select((eb) => [
        'session_id',
        'turn_id',
        eb.ref('rating').$castTo<Rating>().as('rating'),
        'reason',
        'created_at',
        'updated_at',
      ])
      .where('user_id', '=', args.userId)
      .where('turn_id', '>', args.after)
      .orderBy('turn_id')
      .limit(args.limit),
  );
});
