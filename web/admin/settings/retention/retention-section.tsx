import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RetentionRule, RetentionState } from '../../../../src/contract/retention.ts';
import { fetchRetention } from '../../../api/retention.ts';
import { inRow } from '../../../i18n/in-row.ts';
import { rich, t } from '../../../i18n/translate.ts';
import { settingsKey } from '../../../shell/use-fresh-data.ts';
import { Button } from '../../../ui/button.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { Section } from '../../../ui/section.tsx';
import { Failure, Skeleton } from '../../../ui/states.tsx';
import { ChangeRule } from './change-rule.tsx';
import { retentionWords } from './retention-words.ts';

const queryKey = [settingsKey, 'retention'];

/** For how long what is kept. */
export function RetentionSection() {
  const query = useQuery({ queryKey, queryFn: ({ signal }) => fetchRetention(signal) });
  const [changing, setChanging] = useState<RetentionRule>();
  return (
    <Section
      title={t('Retention')}
      hint={t(
        'What is over goes by itself, for good, within the hour. Exports are not kept on the server, and backups you made are copies of their own.',
      )}
    >
      {query.isPending && <Skeleton lines={8} />}
      {query.error && !query.data && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Rules state={query.data} onChange={setChanging} />}
      {changing && <ChangeRule key={changing.kind} rule={changing} onClose={() => setChanging(undefined)} />}
    </Section>
  );
}

function Rules({ state, onChange }: { state: RetentionState; onChange(rule: RetentionRule): void }) {
  return (
    <>
      <ul aria-label={t('Rules')} className="divide-y divide-line rounded-xl border border-line bg-surface">
        {state.rules.map((rule) => {
          const { name, kept, about } = retentionWords[rule.kind];
          return (
            <li key={rule.kind} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
              <div className="min-w-52 flex-1">
                <h3 className="font-medium">{name}</h3>
                <p className="text-sm">
                  {rule.keep_days === null ? t('Kept for ever.') : kept({ days: rule.keep_days })}
                </p>
                <p className="mt-0.5 text-xs text-muted">{about}</p>
              </div>
              <Button aria-label={t('Change: {name}', { name })} onClick={() => onChange(rule)}>
                {t('Change')}
              </Button>
            </li>
          );
        })}
      </ul>
      <p className="mt-3 text-sm text-muted">
        {state.last_run
          ? rich('Last carried out {when}: {gone, select, none {nothing was over} other {{gone}}}.', {
              when: <Moment at={state.last_run.at} />,
              gone: goneWords(state.last_run.gone) || 'none',
            })
          : t('Not carried out yet.')}
      </p>
    </>
  );
}

function goneWords(gone: NonNullable<RetentionState['last_run']>['gone']): string {
  const parts = Object.entries(gone).map(([kind, count]) => {
    const { name } = retentionWords[kind as RetentionRule['kind']];
    return t('{name}: {count, number}', { name, count });
  });
  return inRow(parts);
}
