import type { Usage } from '../../../src/contract/usage.ts';
import { t } from '../../i18n/translate.ts';
import { inUnit, shareWords } from './usage-words.ts';

/** The whole range at a glance. */
export function UsageFigures({ usage: { total, prices } }: { usage: Usage }) {
  const tokens = total.input_tokens + total.output_tokens;
  const rated = total.liked + total.disliked;
  const figures: [name: string, value: string][] = [
    [t('Sessions begun'), inUnit(total.sessions, 'count')],
    [t('Turns'), inUnit(total.turns, 'count')],
    [t('Active people'), inUnit(total.people, 'count')],
    [t('Tokens'), inUnit(tokens, 'count')],
    ...(total.cost_micros === null
      ? []
      : [[t('Cost'), inUnit(total.cost_micros, 'money', prices?.currency)] as [string, string]]),
    [t('First words, half within'), inUnit(total.first_text_ms?.p50 ?? null, 'ms')],
    [t('Answers without a citation'), shareWords(total.unanswered, total.answered)],
    [t('Rated good, of those rated'), shareWords(total.liked, rated)],
  ];
  return (
    <dl className="mb-8 grid grid-cols-2 gap-3 lg:grid-cols-4">
      {figures.map(([name, value]) => (
        <div
          key={name}
          className="flex flex-col-reverse justify-end rounded-xl border border-line bg-surface px-4 py-3"
        >
          <dt className="text-xs text-muted">{name}</dt>
          <dd className="text-2xl font-semibold wrap-anywhere tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
