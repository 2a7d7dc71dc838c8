import { clsx } from 'clsx';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { Direction, DropdownMenu } from 'radix-ui';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { menuBox } from './menu.tsx';
import { useMediaQuery } from './use-media-query.ts';

type SubMenuProps = { label: ReactNode; children: ReactNode };

/** A line of a menu that opens another one: beside it, or below it in the same panel where two have no room side by side. */
export function SubMenu(props: SubMenuProps) {
  const isNarrow = useMediaQuery('(width < 40rem)');
  return isNarrow ? <Below {...props} /> : <Beside {...props} />;
}

const line =
  'flex min-h-9 items-center gap-2.5 rounded-lg px-2.5 text-ink outline-none data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:text-muted';

const Beside = ({ label, children }: SubMenuProps) => (
  <DropdownMenu.Sub>
    <DropdownMenu.SubTrigger className={clsx(line, 'data-[state=open]:bg-hover')}>
      {label}
      <ChevronRight aria-hidden className="ms-auto rtl:-scale-x-100" />
    </DropdownMenu.SubTrigger>
    <DropdownMenu.Portal>
      <DropdownMenu.SubContent sideOffset={4} collisionPadding={8} className={menuBox}>
        {children}
      </DropdownMenu.SubContent>
    </DropdownMenu.Portal>
  </DropdownMenu.Sub>
);

/** The keys are those of a menu beside: one arrow goes in, the other one out. */
function Below({ label, children }: SubMenuProps) {
  const [opened, setOpened] = useState<'arrow' | 'choice'>();
  const trigger = useRef<HTMLDivElement>(null);
  const lines = useRef<HTMLDivElement>(null);
  const [into, out] = Direction.useDirection() === 'rtl' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
  useEffect(() => {
    lines.current?.scrollIntoView({ block: 'nearest' });
    if (opened === 'arrow') focusFirstOf(lines.current);
  }, [opened]);
  const enter = ({ key }: KeyboardEvent) => {
    if (key === into && opened) focusFirstOf(lines.current);
    if (key === into) setOpened('arrow');
    if (key === out) setOpened(undefined);
  };
  const leave = ({ key }: KeyboardEvent) => {
    if (key !== out) return;
    trigger.current?.focus();
    setOpened(undefined);
  };
  return (
    <>
      <DropdownMenu.Item
        ref={trigger}
        aria-expanded={opened !== undefined}
        className={line}
        onKeyDown={enter}
        onSelect={(event) => {
          event.preventDefault();
          setOpened(opened ? undefined : 'choice');
        }}
      >
        {label}
        <ChevronDown aria-hidden className={clsx('ms-auto', opened && 'rotate-180')} />
      </DropdownMenu.Item>
      {opened && (
        <div ref={lines} onKeyDown={leave} className="ms-2">
          {children}
        </div>
      )}
    </>
  );
}

const focusFirstOf = (lines: HTMLElement | null) => lines?.querySelector<HTMLElement>('[role^=menuitem]')?.focus();
