import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { type CorpusAccess, type CorpusLevel, corpusLevel } from '../../../src/contract/corpus-access.ts';
import { setCorpusAccess } from '../../api/corpus-access.ts';
import { named, t } from '../../i18n/translate.ts';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select, TextInput } from '../../ui/field.tsx';
import { Failure } from '../../ui/states.tsx';
import { LevelSelect } from './level-select.tsx';

type GiveAccessProps = { access: CorpusAccess; written: string; onWritten(text: string): void };

/** Lets one more group use a corpus. Where there are many groups, they are found by a part of their name. */
export function GiveAccess({ access, written, onWritten }: GiveAccessProps) {
  const queryClient = useQueryClient();
  const titleId = useId();
  const [groupId, setGroupId] = useState('');
  const [level, setLevel] = useState<CorpusLevel>('read');
  const give = useMutation({
    mutationFn: () => setCorpusAccess(access.corpus_id, groupId, level),
    async onSuccess() {
      setGroupId('');
      onWritten('');
      await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    give.mutate();
  };
  const isSearchable = access.has_more_others || written !== '';
  if (access.others.length === 0 && !isSearchable) {
    return <p className="mt-4 text-sm text-muted">{t('Every group has access.')}</p>;
  }
  return (
    <form onSubmit={submit} aria-labelledby={titleId} className="mt-5 space-y-3">
      <h3 id={titleId} className="text-sm font-semibold">
        {t('Give access')}
      </h3>
      {isSearchable && (
        <Field label={t('Find a group')} hint={t('Write a part of its name.')}>
          {(id) => (
            <TextInput
              id={id}
              maxLength={200}
              value={written}
              onChange={(event) => onWritten(event.target.value)}
              autoComplete="off"
            />
          )}
        </Field>
      )}
      <div className="flex flex-wrap items-end gap-2">
        <div className="min-w-44 flex-1">
          <Field label={t('Group')}>
            {(id) => (
              <Select
                id={id}
                wide
                required
                value={access.others.some((group) => group.group_id === groupId) ? groupId : ''}
                onChange={(event) => setGroupId(event.target.value)}
              >
                <option value="">{access.others.length === 0 ? t('No group fits') : t('Choose a group')}</option>
                {access.others.map((group) => (
                  <option key={group.group_id} value={group.group_id}>
                    {named(group.name)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <Field label={t('Level')}>
          {(id) => (
            <LevelSelect id={id} value={level} onChange={(event) => setLevel(corpusLevel.parse(event.target.value))} />
          )}
        </Field>
        <Button type="submit" look="primary" busy={give.isPending}>
          {t('Give access')}
        </Button>
      </div>
      {give.error && <Failure error={give.error} />}
    </form>
  );
}
