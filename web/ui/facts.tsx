import type { ReactNode } from 'react';

/** Names and what they stand for, side by side; one under the other where there is no room. */
export function Facts({ of }: { of: Readonly<Record<string, ReactNode>> }) {
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-6 gap-y-1.5 rounded-xl border border-line bg-surface px-4 py-3 text-sm">
      {Object.entries(of).map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
