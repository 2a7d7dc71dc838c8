import { useNavigate } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useState } from 'react';
import { dayPlus, daysBetween, type Usage, usageBy } from '../../../src/contract/usage.ts';
import { isDay } from '../../ui/days.ts';
import { Select, TextInput } from '../../ui/field.tsx';
import { lastDays, presets, readUsageSearch, type UsageSearch, withEnd } from './usage-search.ts';
import { rowName } from './usage-words.ts';

const presetWords: Record<(typeof presets)[number], string> = {
  7: 'Last 7 days',
  30: 'Last 30 days',
  90: 'Last 90 days',
  365: 'Last 365 days',
};
const byWords = { day: 'By day', agent: 'By agent', group: 'By group', corpus: 'By corpus' };

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
        aria-label="Range"
        value={preset ?? 'own'}
        onChange={(event) => {
          const days = Number(event.target.value);
          if (days > 0) go({ ...rest, ...lastDays(days, today) });
        }}
      >
        {presets.map((days) => (
          <option key={days} value={days}>
            {presetWords[days]}
          </option>
        ))}
        {preset === undefined && <option value="own">These days</option>}
      </Select>
      <Day label="From" value={from} onChange={(value) => end('from', value)} />
      <Day label="To" value={to} onChange={(value) => end('to', value)} />
      {of ? (
        <button
          type="button"
          onClick={() => go({ from, to, by: of.kind })}
          className="inline-flex min-h-8 max-w-72 items-center gap-1 rounded-full bg-accent-soft px-3 text-sm text-accent hover:underline"
        >
          <span className="truncate">
            {of.kind}: {rowName({ key: of.id, name: of.name }, of.kind)}
          </span>
          <X aria-label="Remove this filter" className="size-3.5 shrink-0" />
        </button>
      ) : (
        <Select
          aria-label="Rows"
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
