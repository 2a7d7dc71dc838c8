import { ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import type { ReactNode } from 'react';
import { t } from '../../i18n/translate.ts';

/** A button that says what is picked, and opens what there is to pick. */
export function FilterPicker({ label, picked, children }: { label: string; picked: string; children: ReactNode }) {
  return (
    <Popover.Root>
      <Popover.Trigger className="inline-flex min-h-9 min-w-0 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 text-sm hover:bg-hover">
        <span className="text-muted">{t('{label}:', { label })}</span>
        <span className="max-w-36 truncate">{picked}</span>
        <ChevronDown aria-hidden className="size-3.5 shrink-0" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label={label}
          className="z-50 w-80 max-w-[calc(100vw-1.5rem)] rounded-xl border border-line bg-surface p-1.5 text-sm shadow-float"
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
