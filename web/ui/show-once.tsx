import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { t } from '../i18n/translate.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { box, overlay } from './dialog.tsx';
import { useReturnFocus } from './use-return-focus.ts';

/** A secret that is shown now and never again. Only its button closes it: it is gone when it is closed by mistake. */
export function ShowOnce({ title, text, label, children, onClose }: ShowOnceProps) {
  const returnFocus = useReturnFocus(true);
  return (
    <Dialog.Root open>
      <Dialog.Portal>
        <Dialog.Overlay className={overlay} />
        <Dialog.Content className={box} onEscapeKeyDown={stay} onInteractOutside={stay} {...returnFocus}>
          <Dialog.Title className="text-lg font-semibold wrap-anywhere">{title}</Dialog.Title>
          <Dialog.Description asChild>
            <div className="mt-2 space-y-2 text-sm text-muted">{children}</div>
          </Dialog.Description>
          <div className="mt-4 flex items-start gap-1 rounded-lg border border-line bg-sunken py-1.5 pe-1.5 ps-3">
            <code className="min-w-0 flex-1 py-1.5 text-sm break-all">{text}</code>
            <CopyButton text={text} label={label} />
          </div>
          <div className="mt-5 flex justify-end">
            <Button look="primary" onClick={onClose}>
              {t('Done')}
            </Button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
const stay = (event: Event) => event.preventDefault();

type ShowOnceProps = { title: string; text: string; label: string; children: ReactNode; onClose(): void };
