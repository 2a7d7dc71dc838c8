import { clsx } from 'clsx';
import { FileX } from 'lucide-react';
import { t } from '../i18n/translate.ts';

/** A document that is no more, by what it was called. */
export function DocumentGone({ title, className }: { title: string | undefined; className?: string }) {
  return (
    <div role="status" className={clsx('flex gap-3 rounded-xl bg-sunken p-4 text-sm', className)}>
      <FileX aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <div className="min-w-0">
        <p className="font-medium">{t('This document was deleted.')}</p>
        {title && <p className="mt-0.5 wrap-anywhere text-muted">{title}</p>}
      </div>
    </div>
  );
}
