import { rich, t } from '../../i18n/translate.ts';
import { dailyLimits } from '../budget-words.ts';
import { numberOrNull, type SentencesOf, text, textOrNone } from './told.ts';

export const sentencesOfGroups: SentencesOf<'group' | 'grant' | 'budget'> = {
  'group.created': ({ links }) => rich('created the group {it}', links),
  'group.renamed': ({ links, facts }) =>
    rich('renamed the group “{was}” to “{name}”: {it}', {
      ...links,
      was: text(facts['was']),
      name: text(facts['name']),
    }),
  'group.deleted': ({ links }) => rich('deleted the group {it}', links),
  'group.member_added': ({ links }) => rich('added {other} to the group {it}', links),
  'group.member_removed': ({ links }) => rich('removed {other} from the group {it}', links),
  'grant.put': ({ links, facts }) =>
    rich(
      'granted {other} to the group {it} ({level, select, use {use} read {read} curate {curate} other {{level}}}{was, select, none {} use {, before: use} read {, before: read} curate {, before: curate} other {, before: {was}}})',
      { ...links, level: text(facts['level']), was: textOrNone(facts['was']) },
    ),
  'grant.removed': ({ links }) => rich('took {other} away from the group {it}', links),
  // A budget is of everybody, or of the user or group that the record is about.
  'budget.put': ({ record, links, facts }) => {
    const of = {
      turns_per_day: numberOrNull(facts['turns_per_day']),
      tokens_per_day: numberOrNull(facts['tokens_per_day']),
    };
    const limits = dailyLimits(of) ?? t('without limits');
    return record.object.kind === 'budget'
      ? t('set the default budget for each person: {limits}', { limits })
      : rich('set the budget of {it}: {limits}', { ...links, limits });
  },
  'budget.removed': ({ record, links }) =>
    record.object.kind === 'budget' ? t('removed the default budget') : rich('took away the budget of {it}', links),
};
