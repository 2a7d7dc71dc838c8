import { query } from '../command.ts';
import type { CorpusLevel } from '../../contract/corpus-access.ts';
import { all, type Db, type Script } from '../script.ts';
import { contains } from './contains.ts';
import { groupRecords } from './groups.ts';

export type CorpusGroups = {
  granted: {
    id: string;
    name: string;
    is_builtin: number;
    member_count: number;
    level: CorpusLevel;
    is_mine: number;
  }[];
  others: { id: string; name: string }[];
};

const levels: CorpusLevel[] = ['read', 'curate'];

/** Every group a corpus is granted to, with whether a user is in it, and the first of the others; both in the order of their names, built-in ones
 *  first. `q` is looked for in the names of the others. Index: the keys of grants and group_members for those it is granted to. */
export const corpusGroups = query(function* (
  db: Db,
  args: { corpusId: string; userId: string; q?: string; maxOthers: number },
): Script<CorpusGroups> {
  const granted = yield* all(
    groupRecords(db)
      .innerJoin('grants as given', 'given.group_id', 'groups.id')
      .select((eb) => [
        'given.level',
        eb
          .exists(
            eb
              .selectFrom('group_members as mine')
              .select('mine.group_id')
              .whereRef('mine.group_id', '=', 'groups.id')
              .where('mine.user_id', '=', args.userId),
          )
          .$castTo<number>()
          .as('is_mine'),
      ])
      .$narrowType<{ level: CorpusLevel }>()
      .where('given.object_kind', '=', 'corpus')
      .where('given.object_id', '=', args.corpusId)
      .where('given.level', 'in', levels)
      .orderBy('groups.is_builtin', 'desc')
      .orderBy('groups.name_key'),
  );
  let others = db
    .selectFrom('groups')
    .select(['groups.id', 'groups.name'])
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('grants as given')
            .select('given.group_id')
            .where('given.object_kind', '=', 'corpus')
            .where('given.object_id', '=', args.corpusId)
            .whereRef('given.group_id', '=', 'groups.id')
            .where('given.level', 'in', levels),
        ),
      ),
    )
    .orderBy('groups.is_builtin', 'desc')
    .orderBy('groups.name_key')
    .limit(args.maxOthers);
  if (args.q !== undefined) others = others.where(contains('groups.name_key', args.q.toLowerCase()));
  return { granted, others: yield* all(others) };
});
