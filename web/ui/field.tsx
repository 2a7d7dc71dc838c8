import { clsx } from 'clsx';
import { TriangleAlert } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId } from 'react';

const inputLook =
  'w-full min-h-9 rounded-lg border border-line-strong bg-surface px-3 py-1.5 text-sm placeholder:text-faint focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/30';

/** A labelled control; the control gets the id it is given. What it is warned of stands in place of the hint; both are `${id}-hint`. */
export function Field({ label, hint, warning, children }: FieldProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      {children(id)}
      {(warning ?? hint) && (
        <p id={`${id}-hint`} className={clsx('mt-1 text-xs', warning ? 'text-warn' : 'text-muted')}>
          {warning && <TriangleAlert aria-hidden className="me-1 inline size-3.5 align-text-bottom" />}
          {warning ?? hint}
        </p>
      )}
    </div>
  );
}
type FieldProps = {
  label: string;
  hint?: string;
  /** What the control takes all the same. */
  warning?: string | undefined;
  children(id: string): ReactNode;
};

export const TextInput = ({ className, ...rest }: ComponentProps<'input'>) => (
  <input {...rest} className={clsx(inputLook, className)} />
);
export const TextArea = ({ className, ...rest }: ComponentProps<'textarea'>) => (
  <textarea {...rest} className={clsx(inputLook, className)} />
);
export const Select = ({ className, wide = false, ...rest }: ComponentProps<'select'> & { wide?: boolean }) => (
  <select {...rest} className={clsx(inputLook, !wide && 'w-auto!', 'pe-8', className)} />
);
