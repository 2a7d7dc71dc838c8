import { type Actor, byOf } from '../access/actor.ts';
import { type CorpusAccess, type CorpusLevel, maxOfferedGroups } from '../contract/corpus-access.ts';
import { AppError } from '../errors.ts';
import { requireCorpus } from './corpus-rights.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';

type Ports = Pick<KnowledgePorts, 'store' | 'clock'>;

/** Who may use a corpus, for whoever curates it.
 *  @param q  looked for in the names of the groups that have no access
 *  @throws AppError not_found, forbidden */
export async function readCorpusAccess(
  { store }: Pick<Ports, 'store'>,
  actor: Actor,
  corpusId: string,
  q: string | undefined,
): Promise<CorpusAccess> {
  await requireCorpus({ store }, actor, corpusId, 'corpus.curate');
  const [corpus] = await store.read.corporaAmong({ ids: [corpusId] });
  if (!corpus) throw new AppError('not_found');
  const { granted, others } = await store.scan.corpusGroups({
    corpusId,
    userId: actor.userId,
    maxOthers: maxOfferedGroups + 1,
    ...(q !== undefined && { q }),
  });
  return {
    corpus_id: corpusId,
    owner_username: corpus.owner_username ?? '',
    groups: granted.map(({ id, name, level, member_count, ...group }) => ({
      group_id: id,
      name,
      is_builtin: group.is_builtin === 1,
      level,
      member_count,
      is_mine: group.is_mine === 1,
    })),
    others: others.slice(0, maxOfferedGroups).map(({ id, name }) => ({ group_id: id, name })),
    has_more_others: others.length > maxOfferedGroups,
  };
}

/** Grants a group a corpus, or changes the level of what it is granted. It holds from the next call of every member on.
 *  @throws AppError not_found, also for a group that is not there; forbidden */
export async function putCorpusAccess(
  { store, clock }: Ports,
  actor: Actor,
  { corpusId, groupId }: { corpusId: string; groupId: string },
  level: CorpusLevel,
): Promise<void> {
  await requireCorpus({ store }, actor, corpusId, 'corpus.curate');
  const change = { at: clock.now(), by: byOf(actor) };
  const outcome = await store.write.putCorpusAccess({ corpusId, groupId, level, ...change });
  if (outcome !== 'granted') throw new AppError(outcome);
}

/** What is not granted stays so.
 *  @throws AppError not_found, also for a group that is not there; forbidden */
export async function removeCorpusAccess(
  { store, clock }: Ports,
  actor: Actor,
  { corpusId, groupId }: { corpusId: string; groupId: string },
): Promise<void> {
  await requireCorpus({ store }, actor, corpusId, 'corpus.curate');
  const change = { at: clock.now(), by: byOf(actor) };
  const outcome = await store.write.removeCorpusAccess({ corpusId, groupId, ...change });
  if (outcome !== 'removed') throw new AppError(outcome);
}
