import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { AlertDialog, Dialog as RadixDialog } from 'radix-ui';
import { type FormEvent, type ReactNode, useState } from 'react';
import { t } from '../i18n/translate.ts';
import { Button, IconButton } from './button.tsx';
import { Failure } from './states.tsx';
import { useReturnFocus } from './use-return-focus.ts';

export const overlay = 'fixed inset-0 z-40 bg-black/40 backdrop-blur-[1px]';
export const box =
  'fixed top-1/2 left-1/2 z-50 max-h-[90dvh] w-[min(30rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-2xl border border-line bg-surface p-5 shadow-float';

type Common = { open: boolean; onOpenChange(open: boolean): void; title: string };

/** A question before something dangerous, final or far-reaching is done. Closes when the work is done; says why when it is not. */
export function Confirm({ open, onOpenChange, title, children, action, isDangerous = true, onConfirm }: ConfirmProps) {
  const { busy, error, run } = useWork(onOpenChange);
  const returnFocus = useReturnFocus(open);
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        {/* A dialog may be what asks: it is behind, too. */}
        <AlertDialog.Overlay className={clsx(overlay, 'z-50!')} />
        <AlertDialog.Content className={box} {...returnFocus}>
          <AlertDialog.Title className="text-lg font-semibold wrap-anywhere">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="mt-2 text-sm text-muted">{children}</div>
          </AlertDialog.Description>
          {error !== undefined && <Failure error={error} className="mt-4" />}
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>{t('Cancel')}</Button>
            </AlertDialog.Cancel>
            <Button look={isDangerous ? 'danger' : 'primary'} busy={busy} onClick={() => void run(onConfirm)}>
              {action}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
type ConfirmProps = Common & {
  children: ReactNode;
  action: string;
  /** It takes something from somebody, or cannot be undone. */
  isDangerous?: boolean;
  onConfirm(): Promise<unknown>;
};

/** Something that must be read or kept before it is gone: it closes by its button alone. */
export function Notice({ title, children, action, onClose }: NoticeProps) {
  const returnFocus = useReturnFocus(true);
  return (
    <AlertDialog.Root open>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={overlay} />
        <AlertDialog.Content className={box} onEscapeKeyDown={(event) => event.preventDefault()} {...returnFocus}>
          <AlertDialog.Title className="text-lg font-semibold wrap-anywhere">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="mt-2 text-sm text-muted">{children}</div>
          </AlertDialog.Description>
          <div className="mt-5 flex justify-end">
            <AlertDialog.Action asChild>
              <Button look="primary" onClick={onClose}>
                {action}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
type NoticeProps = { title: string; children: ReactNode; action: string; onClose(): void };

/** A small form over the page. */
export function FormDialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  action,
  isDangerous = false,
  onSubmit,
}: FormDialogProps) {
  const { busy, error, run } = useWork(onOpenChange);
  const returnFocus = useReturnFocus(open);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    void run(() => onSubmit(data));
  };
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={overlay} />
        <RadixDialog.Content
          className={box}
          {...returnFocus}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <div className="flex items-start justify-between gap-4">
            <RadixDialog.Title className="min-w-0 text-lg font-semibold wrap-anywhere">{title}</RadixDialog.Title>
            <RadixDialog.Close asChild>
              <IconButton label={t('Close')} className="-mt-1.5 -me-1.5">
                <X aria-hidden />
              </IconButton>
            </RadixDialog.Close>
          </div>
          {description && (
            <RadixDialog.Description className="mt-1 text-sm text-muted">{description}</RadixDialog.Description>
          )}
          <form onSubmit={submit} className="mt-4 space-y-4">
            {children}
            {error !== undefined && <Failure error={error} />}
            <div className="flex justify-end gap-2 pt-1">
              <RadixDialog.Close asChild>
                <Button>{t('Cancel')}</Button>
              </RadixDialog.Close>
              <Button type="submit" look={isDangerous ? 'danger' : 'primary'} busy={busy}>
                {action}
              </Button>
            </div>
          </form>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
type FormDialogProps = Common & {
  description?: string;
  children: ReactNode;
  action: string;
  /** What it does cannot be undone. */
  isDangerous?: boolean;
  onSubmit(data: FormData): Promise<unknown>;
};

/** Something to read over the page. */
export function ReadingDialog({ open, onOpenChange, title, children }: Common & { children: ReactNode }) {
  const returnFocus = useReturnFocus(open);
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={overlay} />
        <RadixDialog.Content
          className={clsx(box, 'w-[min(44rem,calc(100vw-2rem))]!')}
          aria-describedby={undefined}
          {...returnFocus}
        >
          <div className="flex items-start justify-between gap-4">
            <RadixDialog.Title className="min-w-0 text-lg font-semibold wrap-anywhere">{title}</RadixDialog.Title>
            <RadixDialog.Close asChild>
              <IconButton label={t('Close')} className="-mt-1.5 -me-1.5">
                <X aria-hidden />
              </IconButton>
            </RadixDialog.Close>
          </div>
          <div className="mt-4">{children}</div>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

function useWork(onOpenChange: (open: boolean) => void) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
      onOpenChange(false);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run };
}
