import { type Actor, byOf } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import type { Clock } from '../clock.ts';
import type { TurnState } from '../contract/events.ts';
import { AppError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/** Stops a turn from any tab, device or process: the receiver ends it in the store, its owner merely notices. Idempotent.
 *  @throws AppError not_found, forbidden */
export async function stopTurn(
  ports: { store: Store; clock: Clock },
  actor: Actor,
  sessionId: string,
  turnId: string,
): Promise<{ turn_id: string; state: TurnState }> {
  const session = await ports.store.read.memberSession({ sessionId, userId: actor.userId });
  if (!session) throw new AppError('not_found');
  if (!authorize(actor, 'turn.stop', { level: session.level })) throw new AppError('forbidden');
  const change = { at: ports.clock.now(), by: byOf(actor) };
  const state = await ports.store.write.stopTurn({ ...change, sessionId, turnId, code: 'stopped' });
  if (state === undefined) throw new AppError('not_found');
  return { turn_id: turnId, state };
}
