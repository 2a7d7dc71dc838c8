import { type Actor, byOf } from '../access/actor.ts';
import type { Clock } from '../clock.ts';
import type { ErasureScope } from '../contract/personal-data.ts';
import { AppError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Eraser } from './eraser.ts';

export type ErasePorts = { store: Store; clock: Clock; eraser: Pick<Eraser, 'ring'> };

/** Once this resolves nobody can sign in as this person and nothing names them; what they wrote is cleared from here on, however
 *  often the server is restarted.
 *  @throws AppError not_found, last_administrator, on_hold */
export async function erasePerson(
  { store, clock, eraser }: ErasePorts,
  actor: Actor,
  userId: string,
  corpora: 'keep' | 'erase' = 'keep',
): Promise<void> {
  const outcome = await store.write.eraseUser({ userId, corpora, at: clock.now(), by: byOf(actor) });
  if (outcome !== 'erasing') throw new AppError(outcome);
  eraser.ring();
}

/** @throws AppError not_found */
export async function erasureScopeOf({ store }: Pick<ErasePorts, 'store'>, userId: string): Promise<ErasureScope> {
  if (!(await store.read.userById({ userId }))) throw new AppError('not_found');
  return store.scan.erasureScope({ userId });
}
