import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { t } from '../i18n/translate.ts';
import { IconButton } from '../ui/button.tsx';
import { useReturnFocus } from '../ui/use-return-focus.ts';

/** The sidebar on a narrow screen: over the page, closed by Escape, a touch beside it, or a choice in it. */
export function Drawer({ open, onOpenChange, children }: DrawerProps) {
  const returnFocus = useReturnFocus(open);
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-30 bg-black/40 lg:hidden" />
        <Dialog.Content
          aria-describedby={undefined}
          {...returnFocus}
          className="fixed inset-y-0 start-0 z-40 w-[min(19rem,calc(100vw-3.5rem))] border-e border-line bg-sunken shadow-float lg:hidden"
        >
          <Dialog.Title className="sr-only">{t('Menu')}</Dialog.Title>
          {children}
          <Dialog.Close asChild>
            <IconButton label={t('Close menu')} className="absolute top-2.5 -end-11 bg-surface!">
              <X aria-hidden />
            </IconButton>
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
type DrawerProps = { open: boolean; onOpenChange(open: boolean): void; children: ReactNode };
