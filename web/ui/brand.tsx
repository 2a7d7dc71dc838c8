import { clsx } from 'clsx';

/** The mark and the name. */
export function Brand({ className }: { className?: string }) {
  return (
    <span className={clsx('inline-flex items-center gap-2 font-semibold tracking-tight', className)}>
      <svg viewBox="0 0 32 32" aria-hidden className="size-6">
        <rect width="32" height="32" rx="8" fill="#0f6b5e" />
        <path
          d="M11 24V8h6a5 5 0 0 1 0 10h-6"
          fill="none"
          stroke="#fff"
          strokeWidth="3"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
        <path d="M19 24h3" stroke="#8fe0cf" strokeWidth="3" strokeLinecap="round" />
      </svg>
      Perdure
    </span>
  );
}
