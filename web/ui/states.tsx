import { clsx } from 'clsx';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { asApiError } from '../api/errors.ts';
import { t } from '../i18n/translate.ts';
import { Button } from './button.tsx';

/** Grey lines where a list will stand. */
export function Skeleton({ lines = 4, className }: { lines?: number; className?: string }) {
  return (
    <div role="status" aria-label={t('Loading')} className={clsx('space-y-3', className)}>
      {Array.from({ length: lines }, (_, index) => (
        <div
          // Lines have no identity but their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={index}
          className={clsx('h-4 animate-pulse rounded bg-hover', ['w-11/12', 'w-3/4', 'w-5/6', 'w-2/3'][index % 4])}
        />
      ))}
    </div>
  );
}

/** Nothing is there, and that is true: it was asked and answered. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="mx-auto max-w-md px-4 py-12 text-center">
      <p className="font-medium">{title}</p>
      {children && <div className="mt-1.5 text-sm text-muted">{children}</div>}
    </div>
  );
}

/** Something failed. Never looks like emptiness. */
export function Failure({ error, onRetry, retriesItself = false, className }: FailureProps) {
  const { title, message, requestId } = asApiError(error);
  return (
    <div role="alert" className={clsx('flex gap-3 rounded-xl bg-danger-soft p-4 text-sm', className)}>
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      <div className="min-w-0">
        <p className="font-medium text-danger">{title}</p>
        {message !== title && <p className="mt-0.5 wrap-anywhere">{message}</p>}
        {retriesItself && <p className="mt-0.5 text-muted">{t('This page tries again by itself.')}</p>}
        {requestId && <p className="mt-1 text-xs text-muted">{t('Request {id}', { id: requestId })}</p>}
        {onRetry && (
          <Button className="mt-3" onClick={onRetry}>
            {t('Try again')}
          </Button>
        )}
      </div>
    </div>
  );
}

type FailureProps = {
  error: unknown;
  onRetry?: () => void;
  /** The page goes on trying; the button only saves the wait. */
  retriesItself?: boolean;
  className?: string;
};
