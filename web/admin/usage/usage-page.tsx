import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Coins } from 'lucide-react';
import { useState } from 'react';
import type { Usage } from '../../../src/contract/usage.ts';
import { fetchUsage } from '../../api/usage.ts';
import { t } from '../../i18n/translate.ts';
import { PageHeader } from '../../shell/page-header.tsx';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/section.tsx';
import { Empty, Failure, Skeleton } from '../../ui/states.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { ForAdministrators } from '../for-administrators.tsx';
import { ChartSection } from './chart-section.tsx';
import { charts } from './charts.ts';
import { PricesDialog } from './prices-dialog.tsx';
import { UsageControls } from './usage-controls.tsx';
import { UsageFigures } from './usage-figures.tsx';
import { usageKey } from './usage-key.ts';
import type { UsageSearch } from './usage-search.ts';
import { dayWords } from './usage-words.ts';

const route = getRouteApi('/shell/admin/usage');

export function AdminUsagePage() {
  useTitle(t('Usage'));
  return (
    <ForAdministrators>
      <UsageOfRange />
    </ForAdministrators>
  );
}

function UsageOfRange() {
  const search = route.useSearch();
  const [pricing, setPricing] = useState(false);
  const query = useQuery({
    queryKey: [...usageKey, search],
    queryFn: ({ signal }) => fetchUsage(search, signal),
    placeholderData: keepPreviousData,
  });
  const usage = query.data;
  return (
    <>
      <PageHeader title={t('Usage')}>
        <Button disabled={!usage} onClick={() => setPricing(true)}>
          <Coins aria-hidden className="size-4" /> {t('Prices')}
        </Button>
      </PageHeader>
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6" aria-busy={query.isFetching}>
        <div className="mx-auto max-w-6xl">
          <UsageControls search={search} of={query.isPlaceholderData ? null : (usage?.of ?? null)} />
          {query.isPending && <Skeleton lines={8} />}
          {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-3" />}
          {usage && (
            <div className={query.isPlaceholderData ? 'opacity-60' : ''}>
              <p className="mb-4 max-w-3xl text-sm text-muted">{wordsOf(usage)}</p>
              {usage.total.turns === 0 ? (
                <Empty title={t('Nothing was asked in these days.')} />
              ) : (
                <Charts usage={usage} search={search} onPrice={() => setPricing(true)} />
              )}
            </div>
          )}
        </div>
      </main>
      {usage && <PricesDialog usage={usage} open={pricing} onOpenChange={setPricing} />}
    </>
  );
}

function Charts({ usage, search, onPrice }: { usage: Usage; search: UsageSearch; onPrice(): void }) {
  return (
    <>
      <UsageFigures usage={usage} />
      <div className="grid gap-x-6 xl:grid-cols-2 *:min-w-0">
        {charts.map((chart) =>
          chart.chart === 'cost' && usage.total.cost_micros === null ? (
            <Section key={chart.chart} title={chart.title}>
              <div className="rounded-xl border border-line bg-surface p-4 text-sm">
                <p className="mb-3 text-muted">
                  {t('No model that was used here has a price, so there is no cost to show. Nothing is estimated.')}
                </p>
                <Button onClick={onPrice}>{t('Set prices')}</Button>
              </div>
            </Section>
          ) : (
            <ChartSection key={chart.chart} chart={chart} usage={usage} search={search} />
          ),
        )}
      </div>
    </>
  );
}

/** What a number here means. */
function wordsOf({ by, of, since }: Usage): string {
  const kind = of?.kind ?? by;
  const told = [
    t('A question counts on the day it was asked, in UTC, once its turn is over. What is erased later stays counted.'),
    kind === 'group' && t('It counts for each group its author was in when they asked, so rows overlap.'),
    kind === 'corpus' && t('It counts for each corpus its answer cites, so rows overlap.'),
    since !== null && t('The first that was counted was asked on {day}.', { day: dayWords(since) }),
  ];
  return told.filter(Boolean).join(' ');
}
