import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  type GrantKind,
  type GrantLevel,
  type GrantMatrix,
  type Group,
  grantLevel,
} from '../../src/contract/access.ts';
import { asApiError } from '../api/errors.ts';
import { setGrant } from '../api/groups.ts';
import { named, said, t } from '../i18n/translate.ts';
import { Select } from '../ui/field.tsx';
import { groupsKey } from './groups-key.ts';

const levels: Record<GrantKind, { value: GrantLevel; words: string }[]> = {
  agent: [{ value: 'use', words: t('Use', {}, 'level of a grant') }],
  corpus: [
    { value: 'read', words: t('Read', {}, 'level of a grant') },
    { value: 'curate', words: t('Curate', {}, 'level of a grant') },
  ],
};
const none = 'none';

/** What one group is granted of one object. It shows what was chosen while that is stored, and what is stored if it could not be. */
export function GrantCell({ group, object }: { group: Group; object: GrantMatrix['objects'][number] }) {
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (chosen: string) => setGrant(group.id, object, chosen === none ? undefined : grantLevel.parse(chosen)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: groupsKey }),
  });
  const stored = object.grants.find((grant) => grant.group_id === group.id)?.level ?? none;
  return (
    <>
      <Select
        aria-label={`${named(group.name)}: ${object.name}`}
        aria-busy={change.isPending || undefined}
        value={change.isPending ? change.variables : stored}
        onChange={(event) => change.mutate(event.target.value)}
      >
        <option value={none}>{t('None', {}, 'no grant')}</option>
        {levels[object.kind].map(({ value, words }) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </Select>
      {change.error && (
        <p role="alert" className="mt-1 max-w-40 text-xs text-danger">
          {t('Not changed. {problem}', { problem: said(asApiError(change.error).message) })}
        </p>
      )}
    </>
  );
}
