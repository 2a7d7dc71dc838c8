import { useInfiniteQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { BudgetLimits } from '../../src/contract/budgets.ts';
import { listBudgets } from '../api/budgets.ts';
import { t } from '../i18n/translate.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { Button } from '../ui/button.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { dayTime } from '../ui/time-words.ts';
import { useTitle } from '../ui/use-title.ts';
import { BudgetDialog, type BudgetDoing, NewBudget } from './budget-dialogs.tsx';
import { BudgetTable } from './budget-table.tsx';
import { dailyLimits } from './budget-words.ts';
import { budgetsKey } from './budgets-key.ts';
import { ForAdministrators } from './for-administrators.tsx';

export function AdminBudgetsPage() {
  useTitle(t('Budgets'));
  return (
    <ForAdministrators>
      <Budgets />
    </ForAdministrators>
  );
}

function Budgets() {
  const [creating, setCreating] = useState(false);
  const [doing, setDoing] = useState<BudgetDoing>();
  const query = useInfiniteQuery({
    queryKey: budgetsKey,
    queryFn: ({ pageParam, signal }) =>
      listBudgets({ limit: 100, ...(pageParam !== '' && { cursor: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const [first] = query.data?.pages ?? [];
  const budgets = query.data?.pages.flatMap((page) => page.budgets) ?? [];
  return (
    <>
      <PageHeader title={t('Budgets')}>
        <Button onClick={() => setCreating(true)}>
          <Plus aria-hidden className="size-4" /> {t('New budget')}
        </Button>
      </PageHeader>
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        {query.isPending && <Skeleton lines={6} />}
        {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-3" />}
        {first && (
          <>
            <p className="mb-4 max-w-3xl text-sm text-muted">
              {t(
                'What people may use in a day. A message goes only when every budget it is counted in has room: the person’s own or else the default one, and that of each of their groups, which its members share. Every budget renews at midnight UTC, next at {time} your time.',
                { time: dayTime(Date.parse(first.renews_at)) },
              )}
            </p>
            <Everybody limits={first.everybody} onDo={setDoing} />
            {budgets.length > 0 && <BudgetTable budgets={budgets} onDo={setDoing} />}
          </>
        )}
        {query.hasNextPage && (
          <Button className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('Show more')}
          </Button>
        )}
      </main>
      <NewBudget open={creating} onOpenChange={setCreating} />
      <BudgetDialog doing={doing} onClose={() => setDoing(undefined)} />
    </>
  );
}

function Everybody({ limits, onDo }: { limits: BudgetLimits | null; onDo(doing: BudgetDoing): void }) {
  const facts = { owner: { kind: 'everybody' } as const, name: 'everybody', limits };
  return (
    <section
      aria-label={t('Everybody')}
      className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-xl border border-line bg-surface px-4 py-3"
    >
      <div className="min-w-60 flex-1 text-sm">
        <h2 className="font-medium">{t('Everybody')}</h2>
        <p className="text-muted">
          {limits
            ? t('Each person without a budget of their own: {limits}.', {
                limits: dailyLimits(limits) ?? t('no limit a day'),
              })
            : t('No limit for people without a budget of their own.')}
        </p>
      </div>
      <div className="flex gap-2">
        <Button onClick={() => onDo({ ...facts, action: 'change' })}>{limits ? t('Change') : t('Set a budget')}</Button>
        {limits && <Button onClick={() => onDo({ ...facts, action: 'remove' })}>{t('Remove')}</Button>}
      </div>
    </section>
  );
}
