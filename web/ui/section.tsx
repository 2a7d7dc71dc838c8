import { type ReactNode, useId } from 'react';

/** A part of a page under a heading of its own, with what can be done to all of it. */
export function Section({ title, hint, actions, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="mb-8">
      <div className="mb-2 flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h2 id={id} className="font-semibold">
            {title}
          </h2>
          {hint && <p className="mt-0.5 text-sm text-muted">{hint}</p>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  );
}
type SectionProps = { title: string; hint?: string; actions?: ReactNode; children?: ReactNode };
