import { Link } from '@tanstack/react-router';
import type { ApiError } from '../api/errors.ts';
import { t } from '../i18n/translate.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { Empty, Failure } from '../ui/states.tsx';

/** A session that is not there (or not this person's, which looks the same), or that could not be loaded, which looks different. */
export function SessionMissing({ error, onRetry }: { error: ApiError | undefined; onRetry(): void }) {
  return (
    <>
      <PageHeader title={t('Session')} />
      <main className="p-6">
        {error?.status === 404 ? (
          <Empty title={t('This session does not exist, or it is not yours.')}>
            <Link to="/" className="link">
              {t('Go to your sessions')}
            </Link>
          </Empty>
        ) : (
          <Failure
            error={error}
            onRetry={onRetry}
            retriesItself={error?.passing ?? false}
            className="mx-auto max-w-xl"
          />
        )}
      </main>
    </>
  );
}
