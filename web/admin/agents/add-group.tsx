import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Group } from '../../../src/contract/access.ts';
import { listGroups } from '../../api/groups.ts';
import { t } from '../../i18n/translate.ts';
import { useSettled } from '../../sessions/use-settled.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select, TextInput } from '../../ui/field.tsx';
import { Failure } from '../../ui/states.tsx';
import { groupsKey } from '../groups-key.ts';

type AddGroupProps = {
  /** What the choice is for. */
  label: string;
  /** Ids of groups that are there already. */
  without: readonly string[];
  busy?: boolean;
  onAdd(group: Group): void;
};

/** As many as are listed at once; where there are more, they are found by a part of their name. */
const limit = 100;

/** Chooses one more group; never the one of everybody. */
export function AddGroup({ label, without, busy = false, onAdd }: AddGroupProps) {
  const [written, setWritten] = useState('');
  const [chosen, setChosen] = useState('');
  const q = useSettled(written.trim(), 200);
  const query = useQuery({
    queryKey: [...groupsKey, 'to add', q],
    queryFn: ({ signal }) => listGroups({ limit, ...(q !== '' && { q }) }, signal),
    placeholderData: keepPreviousData,
  });
  if (query.error) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  const others = query.data?.groups.filter(({ id, is_builtin }) => !is_builtin && !without.includes(id)) ?? [];
  const isSearchable = (query.data?.next_cursor ?? null) !== null || written !== '';
  const group = others.find(({ id }) => id === chosen);
  if (query.data && others.length === 0 && !isSearchable) {
    return <p className="text-sm text-muted">{t('There is no further group. Groups are made under Groups.')}</p>;
  }
  return (
    <div className="flex flex-wrap items-end gap-2">
      {isSearchable && (
        <div className="min-w-44 flex-1">
          <Field label={t('Find a group')}>
            {(id) => (
              <TextInput
                id={id}
                maxLength={200}
                value={written}
                onChange={(event) => setWritten(event.target.value)}
                autoComplete="off"
              />
            )}
          </Field>
        </div>
      )}
      <div className="min-w-44 flex-1">
        <Field label={label}>
          {(id) => (
            <Select id={id} wide value={group?.id ?? ''} onChange={(event) => setChosen(event.target.value)}>
              <option value="">{others.length === 0 ? t('No group fits') : t('Choose a group')}</option>
              {others.map(({ id: groupId, name }) => (
                <option key={groupId} value={groupId}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Button
        disabled={!group}
        busy={busy}
        onClick={() => {
          if (!group) return;
          setChosen('');
          onAdd(group);
        }}
      >
        {t('Add group')}
      </Button>
    </div>
  );
}
