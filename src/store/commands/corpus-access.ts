import type { CorpusLevel } from '../../contract/corpus-access.ts';
import { command } from '../command.ts';
import type { Db, Script } from '../script.ts';
import { putGrant, removeGrant } from './grants.ts';
import type { Change } from './record-audit.ts';
import { requireCuration } from './require-curation.ts';

/** Grants a group a corpus, for whoever may curate that at this moment.
 *  @throws AppError not_found, forbidden as the routes do */
export const putCorpusAccess = command(
  ['access', 'knowledge', 'audit'],
  function* (
    db: Db,
    { corpusId, ...args }: Change & { corpusId: string; groupId: string; level: CorpusLevel },
  ): Script<'granted' | 'not_found'> {
    yield* requireCuration(db, args, corpusId);
    return yield* putGrant.run(db, { ...args, kind: 'corpus', objectId: corpusId });
  },
);

/** Takes a corpus away from a group, for whoever may curate that at this moment; what is not granted stays so.
 *  @throws AppError not_found, forbidden as the routes do */
export const removeCorpusAccess = command(
  ['access', 'knowledge', 'audit'],
  function* (
    db: Db,
    { corpusId, ...args }: Change & { corpusId: string; groupId: string },
  ): Script<'removed' | 'not_found'> {
    yield* requireCuration(db, args, corpusId);
    return yield* removeGrant.run(db, { ...args, kind: 'corpus', objectId: corpusId });
  },
);
