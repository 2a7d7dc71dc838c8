import { clsx } from 'clsx';
import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';

/** A menu that opens from a button. */
export function Menu({ trigger, children, align = 'end' }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-44 rounded-xl border border-line bg-surface p-1 text-sm shadow-float"
        >
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
