import { useQuery } from '@tanstack/react-query';
import type { BudgetUsage } from '../../src/contract/budgets.ts';
import { fetchUserBudget } from '../api/budgets.ts';
import { t } from '../i18n/translate.ts';
import { inRow } from '../i18n/in-row.ts';
import { Section } from '../ui/section.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { budgetsKey } from './budgets-key.ts';

/** What a user used today, of their own budget and of those of their groups. */
export function UserUsage({ userId }: { userId: string }) {
  const query = useQuery({
    queryKey: [...budgetsKey, 'of', userId],
    queryFn: ({ signal }) => fetchUserBudget(userId, signal),
  });
  return (
    <Section title={t('Used today')} hint={t('The day is that of UTC. A group’s budget is shared by its members.')}>
      {query.isPending && <Skeleton lines={2} />}
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && query.data.budgets.length === 0 && (
        <p className="text-sm text-muted">{t('No budget counts for them.')}</p>
      )}
      {query.data && query.data.budgets.length > 0 && (
        <ul className="space-y-3 rounded-xl border border-line bg-surface px-4 py-3 text-sm">
          {query.data.budgets.map((budget) => (
            <li key={budget.group_id ?? ''}>
              <p className="wrap-anywhere">{nameOf(budget)}</p>
              <p className="text-muted">{usedWords(budget)}</p>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

const nameOf = (budget: BudgetUsage) =>
  budget.kind === 'group' ? t('Group {name}', { name: budget.group_name ?? '' }) : t('Their own');

const usedWords = ({ turns, tokens }: BudgetUsage) => inRow([turnsWords(turns), tokensWords(tokens)]);

const turnsWords = ({ used, limit }: BudgetUsage['turns']) =>
  limit === null
    ? t('{used, number} messages', { used })
    : t('{used, number} of {limit, number} messages', { used, limit });

const tokensWords = ({ used, limit }: BudgetUsage['tokens']) =>
  limit === null
    ? t('{used, number} tokens', { used })
    : t('{used, number} of {limit, number} tokens', { used, limit });
