import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { fetchUsage } from '../api/budgets.ts';
import { dayTime } from '../ui/time-words.ts';
import { budgetWords } from './budget-words.ts';

/** One quiet line when little is left of a budget. What it says is asked again whenever `since` is another. */
export function BudgetLine({ since }: { since: string }) {
  const { data } = useQuery({
    queryKey: ['usage', since],
    queryFn: ({ signal }) => fetchUsage(signal),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const words = data && budgetWords(data, dayTime);
  if (!words) return null;
  return (
    <p role="status" className="mx-auto w-full max-w-3xl px-5 pb-1.5 text-xs text-muted sm:px-7">
      {words}
    </p>
  );
}
