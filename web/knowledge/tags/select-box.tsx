/** A box in a row, as large as a finger. */
export function SelectBox({ label, on, onToggle }: { label: string; on: boolean; onToggle(): void }) {
  return (
    <label className="-m-2 inline-grid size-9 cursor-pointer place-items-center align-middle">
      <input type="checkbox" aria-label={label} checked={on} onChange={onToggle} className="size-4 accent-accent" />
    </label>
  );
}
