import type { BudgetLimits } from '../../src/contract/budgets.ts';
import { t } from '../i18n/translate.ts';

/** "50 messages and 20,000 tokens a day", "50 messages a day", "20,000 tokens a day"; undefined without a limit. */
export function dailyLimits({ turns_per_day: turns, tokens_per_day: tokens }: BudgetLimits): string | undefined {
  if (turns !== null && tokens !== null)
    return t(
      '{turns, plural, one {# message} other {# messages}} and {tokens, plural, one {# token} other {# tokens}} a day',
      { turns, tokens },
    );
  if (turns !== null) return t('{turns, plural, one {# message} other {# messages}} a day', { turns });
  if (tokens !== null) return t('{tokens, plural, one {# token} other {# tokens}} a day', { tokens });
  return undefined;
}
