import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { Empty, Failure } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { PageHeader } from './page-header.tsx';

/** A page that could not be drawn, where there is no frame around it. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  useTitle('Something went wrong');
  const router = useRouter();
  // What failed may be the loading of the page, which drawing it again does not repeat.
  const retry = () => void router.invalidate().then(reset);
  return (
    <main className="mx-auto w-full max-w-xl p-6 pt-16">
      <Failure error={error} onRetry={retry} />
    </main>
  );
}

/** The same within the frame: the sidebar stays, and with it the way to everything else. */
export function PageError(props: ErrorComponentProps) {
  return (
    <>
      <PageHeader title="" />
      <ErrorPage {...props} />
    </>
  );
}

export function NotFoundPage() {
  useTitle('Not found');
  return (
    <main className="pt-16">
      <Empty title="There is nothing at this address.">
        <Link to="/" className="text-accent underline underline-offset-2">
          Go to your sessions
        </Link>
      </Empty>
    </main>
  );
}
