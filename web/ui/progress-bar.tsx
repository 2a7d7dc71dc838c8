import { clsx } from 'clsx';

/** @param share  0 to 1 */
export function ProgressBar({ share, label, className }: { share: number; label: string; className?: string }) {
  const percent = Math.round(share * 100);
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={clsx('inline-block h-1.5 w-24 shrink-0 overflow-hidden rounded-full bg-hover', className)}
    >
      <span className="block h-full rounded-full bg-accent transition-[width]" style={{ width: `${percent}%` }} />
    </span>
  );
}
