import { clsx } from 'clsx';
import { currentLocale } from '../../i18n/translate.ts';

/** A measure from 0 to 1, with how far it moved since it was measured before. */
export function Score({ value, before }: { value: number; before?: number | undefined }) {
  const moved = before === undefined ? 0 : Math.round((value - before) * 1000) / 1000;
  return (
    <span className="whitespace-nowrap tabular-nums">
      {exactly(value)}
      {moved !== 0 && (
        <span className={clsx('ms-1.5 text-xs', moved > 0 ? 'text-accent' : 'text-danger')}>
          {moved > 0 ? '+' : '−'}
          {exactly(Math.abs(moved))}
        </span>
      )}
    </span>
  );
}

const exactly = (value: number) =>
  value.toLocaleString(currentLocale(), { minimumFractionDigits: 3, maximumFractionDigits: 3 });
