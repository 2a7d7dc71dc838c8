import { useId } from 'react';
import { t } from '../../i18n/translate.ts';
import { useCorpora } from '../../knowledge/use-corpora.ts';
import { Radio } from '../../ui/radio.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';

type CorporaFieldProps = {
  /** Ids. */
  chosen: readonly string[];
  onChange(corpora: string[]): void;
  isOnlySome: boolean;
  onOnlySome(isOnlySome: boolean): void;
};

/** What the agent's sessions begin with: all corpora, or some. */
export function CorporaField({ chosen, onChange, isOnlySome, onOnlySome }: CorporaFieldProps) {
  const query = useCorpora();
  const group = useId();
  const deleted = query.data ? chosen.filter((id) => !query.data.some((corpus) => corpus.id === id)).length : 0;
  return (
    <fieldset>
      <legend className="mb-1 font-semibold">{t('Corpora')}</legend>
      <p className="text-sm text-muted">
        {t(
          'What its sessions begin with, where the person has not chosen others before; never more than they may read.',
        )}
      </p>
      <Radio
        name={group}
        words={t('All that the person may read')}
        checked={!isOnlySome}
        onChoose={() => {
          onOnlySome(false);
          onChange([]);
        }}
      />
      <Radio name={group} words={t('Only these')} checked={isOnlySome} onChoose={() => onOnlySome(true)} />
      {isOnlySome && (
        <div className="ms-6.5 max-h-64 overflow-y-auto rounded-lg border border-line bg-surface px-3 py-1">
          {query.isPending && <Skeleton lines={3} className="py-2" />}
          {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
          {query.data?.length === 0 && <p className="py-2 text-sm text-muted">{t('There is no corpus yet.')}</p>}
          {query.data?.map((corpus) => (
            <label key={corpus.id} className="flex min-h-9 items-center gap-2.5 text-sm">
              <input
                type="checkbox"
                checked={chosen.includes(corpus.id)}
                onChange={({ target }) =>
                  onChange(target.checked ? [...chosen, corpus.id] : chosen.filter((id) => id !== corpus.id))
                }
                className="size-4 shrink-0 accent-accent"
              />
              <span className="min-w-0 wrap-anywhere">
                {corpus.name}
                {corpus.archived_at !== null && <span className="ms-2 text-xs text-muted">{t('archived')}</span>}
              </span>
            </label>
          ))}
        </div>
      )}
      {deleted > 0 && (
        <p className="mt-1 text-xs text-warn">
          {t(
            '{count, plural, one {Deleted: # corpus. Saving takes it off the list.} other {Deleted: # corpora. Saving takes them off the list.}}',
            { count: deleted },
          )}
        </p>
      )}
    </fieldset>
  );
}
