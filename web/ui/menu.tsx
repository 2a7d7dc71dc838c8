import { clsx } from 'clsx';
import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';

/** A panel of lines, within the window: what has no room in it scrolls. */
export const menuBox =
  'z-50 max-h-(--radix-dropdown-menu-content-available-height) overflow-y-auto rounded-xl border border-line bg-surface p-1 text-sm shadow-float';

/** A menu that opens from a button. */
export function Menu({ trigger, children, align = 'end' }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align={align} sideOffset={4} collisionPadding={8} className={clsx(menuBox, 'min-w-44')}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
type MenuProps = { trigger: ReactNode; children: ReactNode; align?: 'start' | 'end' };

export function MenuItem({ onSelect, children, danger = false }: MenuItemProps) {
  return (
    <DropdownMenu.Item
      onSelect={onSelect}
      className={clsx(
        'flex min-h-9 items-center gap-2.5 rounded-lg px-2.5 outline-none data-highlighted:bg-hover [&_svg]:size-4',
        danger ? 'text-danger' : 'text-ink [&_svg]:text-muted',
      )}
    >
      {children}
    </DropdownMenu.Item>
  );
}
type MenuItemProps = { onSelect(): void; children: ReactNode; danger?: boolean };

export const MenuLine = () => <DropdownMenu.Separator className="my-1 h-px bg-line" />;
export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <DropdownMenu.Label className="px-2.5 py-1.5 text-xs text-muted">{children}</DropdownMenu.Label>
);

/** One of several that may be on together; choosing it keeps the menu open. */
export const MenuCheck = ({ on, onToggle, children }: { on: boolean; onToggle(): void; children: ReactNode }) => (
  <DropdownMenu.CheckboxItem
    checked={on}
    onCheckedChange={onToggle}
    onSelect={(event) => event.preventDefault()}
    className="flex min-h-9 items-center gap-2.5 rounded-lg px-2.5 outline-none data-highlighted:bg-hover [&_svg]:size-4"
  >
    <span aria-hidden className="grid size-4 place-items-center text-accent">
      <DropdownMenu.ItemIndicator>
        <Check />
      </DropdownMenu.ItemIndicator>
    </span>
    {children}
  </DropdownMenu.CheckboxItem>
);

/** One of several; choosing it closes the menu. */
export const MenuOptions = ({ label, value, options, onChoose, isNarrow = false }: MenuOptionsProps) => (
  <DropdownMenu.RadioGroup
    aria-label={label}
    value={value}
    onValueChange={onChoose}
    className={clsx('max-h-72 max-w-[calc(100vw-1.5rem)] overflow-y-auto', isNarrow ? 'min-w-44' : 'w-72')}
  >
    {options.map(({ id, name, hint }) => (
      <DropdownMenu.RadioItem
        key={id}
        value={id}
        textValue={name}
        className="flex min-h-9 items-start gap-2.5 rounded-lg px-2.5 py-2 outline-none data-highlighted:bg-hover"
      >
        <span aria-hidden className="mt-0.5 grid size-4 shrink-0 place-items-center text-accent [&_svg]:size-4">
          <DropdownMenu.ItemIndicator>
            <Check />
          </DropdownMenu.ItemIndicator>
        </span>
        <span className="min-w-0 wrap-anywhere">
          <span className="block font-medium">{name}</span>
          {hint && (
            <span className="block text-xs text-muted">
              <bdi>{hint}</bdi>
            </span>
          )}
        </span>
      </DropdownMenu.RadioItem>
    ))}
  </DropdownMenu.RadioGroup>
);
type MenuOptionsProps = {
  label: string;
  value: string;
  options: readonly { id: string; name: string; hint?: string }[];
  onChoose(id: string): void;
  isNarrow?: boolean;
};
