import { clsx } from 'clsx';

/** One of several, with its words beside it. `name` is the same for all of them. */
export function Radio({ name, words, hint, checked, disabled = false, onChoose }: RadioProps) {
  return (
    <label className={clsx('flex gap-2.5 text-sm', hint ? 'items-start py-1' : 'min-h-9 items-center')}>
      <input
        type="radio"
        name={name}
        checked={checked}
        disabled={disabled}
        onChange={onChoose}
        className={clsx('size-4 shrink-0 accent-accent', hint && 'mt-0.5')}
      />
      <span>
        {words}
        {hint && <span className="block text-xs text-muted">{hint}</span>}
      </span>
    </label>
  );
}

type RadioProps = {
  name: string;
  words: string;
  hint?: string;
  checked: boolean;
  disabled?: boolean;
  onChoose(): void;
};
