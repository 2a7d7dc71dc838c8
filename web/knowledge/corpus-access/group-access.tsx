import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type CorpusAccess,
  type CorpusGroup,
  type CorpusLevel,
  corpusLevel,
} from '../../../src/contract/corpus-access.ts';
import { setCorpusAccess } from '../../api/corpus-access.ts';
import { asApiError } from '../../api/errors.ts';
import { named, said, t } from '../../i18n/translate.ts';
import { useServices } from '../../services.tsx';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { LevelSelect } from './level-select.tsx';
import { losesCuration } from './loses-curation.ts';

/** One group that may use a corpus. It shows the level that was chosen while that is stored, and the stored one if it could not be. */
export function GroupAccess({ access, group }: { access: CorpusAccess; group: CorpusGroup }) {
  const { me } = useServices();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  /** A change that is asked back about; with no level, the access is to be taken away. */
  const [asking, setAsking] = useState<{ level?: CorpusLevel }>();
  const store = async (level: CorpusLevel | undefined) => {
    await setCorpusAccess(access.corpus_id, group.group_id, level);
    if (losesCuration(access, me, group.group_id, level)) await navigate({ to: '/knowledge' });
    await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
  };
  const change = useMutation({ mutationFn: store });
  const gives = asking !== undefined && losesCuration(access, me, group.group_id, asking.level);
  const choose = (level: CorpusLevel) => {
    if (losesCuration(access, me, group.group_id, level)) setAsking({ level });
    else change.mutate(level);
  };
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2 text-sm">
      <div className="min-w-36 flex-1">
        <p className="font-medium wrap-anywhere">{named(group.name)}</p>
        <p className="text-xs text-muted">{membersOf(group)}</p>
        {change.error && (
          <p role="alert" className="mt-1 text-xs text-danger">
            {t('Not changed. {reason}', { reason: said(asApiError(change.error).message) })}
          </p>
        )}
      </div>
      <div className="flex items-center gap-1">
        <LevelSelect
          aria-label={t('Level of {name}', { name: named(group.name) })}
          aria-busy={change.isPending || undefined}
          value={change.isPending ? change.variables : group.level}
          onChange={(event) => choose(corpusLevel.parse(event.target.value))}
        />
        <Button look="quiet" aria-label={t('Remove {name}', { name: named(group.name) })} onClick={() => setAsking({})}>
          {t('Remove')}
        </Button>
      </div>
      <Confirm
        open={asking !== undefined}
        onOpenChange={(open) => !open && setAsking(undefined)}
        title={
          asking?.level
            ? t('Let “{name}” only read?', { name: named(group.name) })
            : t('Take this corpus away from “{name}”?', { name: named(group.name) })
        }
        action={asking?.level ? t('Change level') : t('Remove access')}
        onConfirm={() => store(asking?.level)}
      >
        <div className="space-y-2">
          {asking && !asking.level && (
            <p>
              {group.is_builtin
                ? t(
                    'Whoever is in no other group with access does not find this corpus any more, and their answers ' +
                      'are not drawn from it.',
                  )
                : t(
                    'Its members lose what they reach through this group alone, also for answers that are being written.',
                  )}
            </p>
          )}
          {gives && (
            <p className="font-medium text-warn">
              {t(
                'You curate this corpus through this group alone. You will not be able to change it any more, and ' +
                  'cannot undo this yourself.',
              )}
            </p>
          )}
        </div>
      </Confirm>
    </li>
  );
}

function membersOf({ member_count: count, is_builtin: isBuiltin, is_mine: isMine }: CorpusGroup): string {
  if (isBuiltin) return t('all who have an account, {count, plural, one {# member} other {# members}}', { count });
  return isMine
    ? t('{count, plural, one {# member} other {# members}}, you are one', { count })
    : t('{count, plural, one {# member} other {# members}}', { count });
}
