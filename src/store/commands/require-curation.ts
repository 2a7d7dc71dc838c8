import { AppError } from '../../errors.ts';
import { corpusAccess } from '../queries/access.ts';
import type { Db, Script } from '../script.ts';
import type { Change } from './record-audit.ts';

/** Refuses a change of a corpus and of what is in it to whoever may not curate it at this moment: an upload may have been on its way for
 *  minutes. The server itself may.
 *  @throws AppError not_found, forbidden as the routes do */
export function* requireCuration(
  db: Db,
  { by: { userId } }: Change,
  corpusId: string,
  where: 'live' | 'in bin' = 'live',
): Script<void> {
  if (userId === null) return;
  const [access] = yield* corpusAccess.run(db, { userId, corpusIds: [corpusId], inBin: where === 'in bin' });
  if (!access) throw new AppError('not_found');
  if (access.level !== 'curate') throw new AppError('forbidden');
}
