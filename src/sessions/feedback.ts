import { type Actor, byOf } from '../access/actor.ts';
import type { Clock } from '../clock.ts';
import type { Feedback, Rating } from '../contract/feedback.ts';
import { AppError } from '../errors.ts';
import { storableText } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { requireSession } from './sessions.ts';

export type FeedbackPorts = { store: Store; clock: Clock };

/** What the actor thinks of a session's answers, of those they rated; nobody else's opinion.
 *  @throws AppError not_found */
export async function listFeedback(ports: FeedbackPorts, actor: Actor, sessionId: string): Promise<Feedback[]> {
  await requireSession(ports, actor, sessionId, 'session.read');
  return ports.store.read.feedbackOf({ sessionId, userId: actor.userId });
}

/** Keeps what the actor thinks of an answer, in place of what they thought before.
 *  @throws AppError not_found, conflict */
export async function giveFeedback(
  ports: FeedbackPorts,
  actor: Actor,
  { sessionId, turnId, ...input }: { sessionId: string; turnId: string; rating: Rating; reason: string },
): Promise<Feedback> {
  await requireSession(ports, actor, sessionId, 'feedback.give');
  const { store, clock } = ports;
  const { rating } = input;
  const reason = storableText(input.reason);
  const at = clock.now();
  const { userId } = actor;
  const outcome = await store.write.putFeedback({ sessionId, turnId, userId, rating, reason, at, by: byOf(actor) });
  if (outcome === 'not_found') throw new AppError('not_found');
  if (outcome === 'no_answer') throw new AppError('conflict', { detail: 'This message has no answer yet.' });
  return { turn_id: turnId, rating, reason, updated_at: at };
}

/** Takes it back; doing so again is no error.
 *  @throws AppError not_found */
export async function removeFeedback(
  ports: FeedbackPorts,
  actor: Actor,
  { sessionId, turnId }: { sessionId: string; turnId: string },
): Promise<void> {
  await requireSession(ports, actor, sessionId, 'feedback.give');
  const { store, clock } = ports;
  const { userId } = actor;
  const outcome = await store.write.removeFeedback({ sessionId, turnId, userId, at: clock.now(), by: byOf(actor) });
  if (outcome === 'not_found') throw new AppError('not_found');
}
