import { Check } from 'lucide-react';

/** One of several in a list that opens, any of which may be on. */
export function Choice({ on, name, hint, onToggle }: ChoiceProps) {
  return (
    <label className="flex min-h-9 items-center gap-2.5 rounded-lg px-2 py-1 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent">
      <input type="checkbox" checked={on} onChange={onToggle} className="sr-only" />
      <span
        aria-hidden
        className={`grid size-4.5 shrink-0 place-items-center rounded border ${on ? 'border-accent bg-accent text-on-accent' : 'border-line-strong'}`}
      >
        {on && <Check className="size-3.5" strokeWidth={3} />}
      </span>
      <span className="min-w-0 flex-1 truncate">{name}</span>
      {hint && <span className="text-xs text-muted">{hint}</span>}
    </label>
  );
}

type ChoiceProps = { on: boolean; name: string; hint?: string; onToggle(): void };
