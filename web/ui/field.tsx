import { clsx } from 'clsx';
import { type ComponentProps, type ReactNode, useId } from 'react';

const inputLook =
  'w-full min-h-9 rounded-lg border border-line-strong bg-surface px-3 py-1.5 text-sm placeholder:text-faint focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/30';

/** A labelled control; the control gets the id it is given. */
export function Field({ label, hint, children }: { label: string; hint?: string; children(id: string): ReactNode }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      {children(id)}
      {hint && <p className="mt-1 text-xs text-muted">{hint}</p>}
    </div>
  );
}

export const TextInput = ({ className, ...rest }: ComponentProps<'input'>) => (
  <input {...rest} className={clsx(inputLook, className)} />
);
export const TextArea = ({ className, ...rest }: ComponentProps<'textarea'>) => (
  <textarea {...rest} className={clsx(inputLook, className)} />
);
export const Select = ({ className, wide = false, ...rest }: ComponentProps<'select'> & { wide?: boolean }) => (
  <select {...rest} className={clsx(inputLook, !wide && 'w-auto!', 'pe-8', className)} />
);
