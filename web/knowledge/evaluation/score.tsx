import { clsx } from 'clsx';

/** A measure from 0 to 1, with how far it moved since it was measured before. */
export function Score({ value, before }: { value: number; before?: number | undefined }) {
  const moved = before === undefined ? 0 : Math.round((value - before) * 1000) / 1000;
  return (
    <span className="whitespace-nowrap tabular-nums">
      {value.toFixed(3)}
      {moved !== 0 && (
        <span className={clsx('ms-1.5 text-xs', moved > 0 ? 'text-accent' : 'text-danger')}>
          {moved > 0 ? '+' : '−'}
          {Math.abs(moved).toFixed(3)}
        </span>
      )}
    </span>
  );
}
