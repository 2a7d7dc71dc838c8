import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { asApiError } from '../api/errors.ts';
import { t } from '../i18n/translate.ts';
import { Empty, Failure } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { PageHeader } from './page-header.tsx';

const againMs = 3_000;

/** A page that could not be drawn, where there is no frame around it. One that could not be loaded is loaded again by itself. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  useTitle(t('Something went wrong'));
  const router = useRouter();
  // What failed may be the loading of the page, which drawing it again does not repeat.
  const retry = () => void router.invalidate().then(reset);
  const { passing, code } = asApiError(error);
  const retriesItself = passing && code !== 'page_error';
  useEffect(() => {
    if (!retriesItself) return;
    const again = () => void router.invalidate().then(reset);
    const timer = setInterval(again, againMs * (1 + Math.random()));
    globalThis.addEventListener('online', again);
    return () => {
      clearInterval(timer);
      globalThis.removeEventListener('online', again);
    };
  }, [retriesItself, router, reset]);
  return (
    <main className="mx-auto w-full max-w-xl p-6 pt-16">
      <Failure error={error} onRetry={retry} retriesItself={retriesItself} />
    </main>
  );
}

/** The same within the frame: the sidebar stays, and with it the way to everything else. */
export function PageError(props: ErrorComponentProps) {
  return (
    <>
      <PageHeader title={t('Something went wrong')} />
      <ErrorPage {...props} />
    </>
  );
}

export function NotFoundPage() {
  useTitle(t('Not found'));
  return (
    <main className="pt-16">
      <h1 className="sr-only">{t('Not found')}</h1>
      <Empty title={t('There is nothing at this address.')}>
        <Link to="/" className="link">
          {t('Go to your sessions')}
        </Link>
      </Empty>
    </main>
  );
}
