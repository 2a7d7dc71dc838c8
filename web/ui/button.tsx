import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';

const looks: Record<Look, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong border-transparent',
  plain: 'bg-surface text-ink border-line-strong hover:bg-hover',
  quiet: 'border-transparent text-muted hover:bg-hover hover:text-ink',
  danger: 'bg-surface text-danger border-line-strong hover:bg-danger-soft',
};

/** A button of the product. `busy` keeps it from being pressed twice. */
export function Button({ look = 'plain', busy = false, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled === true || busy}
      aria-busy={busy || undefined}
      className={clsx(
        'inline-flex min-h-9 items-center justify-center gap-1.5 rounded-lg border px-3 py-1.5 text-sm font-medium whitespace-nowrap transition-colors disabled:opacity-55',
        looks[look],
        className,
      )}
    >
      {children}
    </button>
  );
}

export type ButtonProps = ComponentProps<'button'> & { look?: Look; busy?: boolean };

/** A button that shows only an icon; its label is for screen readers and the tooltip. */
export function IconButton({ label, className, children, ...rest }: ComponentProps<'button'> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={clsx(
        'inline-grid size-9 shrink-0 place-items-center rounded-lg text-muted transition-colors hover:bg-hover hover:text-ink disabled:opacity-50 [&_svg]:size-[1.125rem]',
        className,
      )}
    >
      {children}
    </button>
  );
}
