import { useNavigate } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useState } from 'react';
import { dayPlus, daysBetween, type Usage, usageBy } from '../../../src/contract/usage.ts';
import { t } from '../../i18n/translate.ts';
import { isDay } from '../../ui/days.ts';
import { Select, TextInput } from '../../ui/field.tsx';
import { lastDays, presets, readUsageSearch, type UsageSearch, withEnd } from './usage-search.ts';
import { rowName } from './usage-words.ts';

const byWords = { day: t('By day'), agent: t('By agent'), group: t('By group'), corpus: t('By corpus') };

/** Which days, and by what; each change is a new address. */
export function UsageControls({ search, of }: { search: UsageSearch; of: Usage['of'] }) {
  const navigate = useNavigate();
  const [today] = useState(() => new Date().toISOString().slice(0, 'YYYY-MM-DD'.length));
  const { from = dayPlus(today, -29), to = today, ...rest } = search;
  const go = (next: UsageSearch) => void navigate({ to: '/admin/usage', search: readUsageSearch(next), replace: true });
  const preset = to === today ? presets.find((days) => days === daysBetween(from, to)) : undefined;
  const end = (name: 'from' | 'to', value: string) => {
    if (isDay(value)) go({ ...rest, ...withEnd({ from, to }, name, value) });
  };
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <Select
        aria-label={t('Range')}
        value={preset ?? 'own'}
        onChange={(event) => {
          const days = Number(event.target.value);
          if (days > 0) go({ ...rest, ...lastDays(days, today) });
        }}
      >
        {presets.map((days) => (
          <option key={days} value={days}>
            {t('Last {days} days', { days })}
          </option>
        ))}
        {preset === undefined && <option value="own">{t('These days')}</option>}
      </Select>
      <Day label={t('From')} value={from} onChange={(value) => end('from', value)} />
      <Day label={t('To', {}, 'a day')} value={to} onChange={(value) => end('to', value)} />
      {of ? (
        <button
          type="button"
          onClick={() => go({ from, to, by: of.kind })}
          className="inline-flex min-h-8 max-w-72 items-center gap-1 rounded-full bg-accent-soft px-3 text-sm text-accent hover:underline"
        >
          <span className="truncate">
            {t('{kind, select, agent {agent} group {group} corpus {corpus} other {day}}: {name}', {
              kind: of.kind,
              name: rowName({ key: of.id, name: of.name }, of.kind),
            })}
          </span>
          <X aria-label={t('Remove this filter')} className="size-3.5 shrink-0" />
        </button>
      ) : (
        <Select
          aria-label={t('Rows')}
          value={search.by ?? 'day'}
          onChange={(event) => go({ from, to, by: usageBy.parse(event.target.value) })}
        >
          {usageBy.options.map((by) => (
            <option key={by} value={by}>
              {byWords[by]}
            </option>
          ))}
        </Select>
      )}
    </div>
  );
}

function Day({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) {
  return (
    <label className="flex items-center gap-1.5 text-sm text-muted">
      {label}
      <TextInput
        type="date"
        required
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="w-auto! text-ink"
      />
    </label>
  );
}
