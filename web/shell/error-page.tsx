import { Link } from '@tanstack/react-router';
import { Empty, Failure } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';

export function ErrorPage({ error, onRetry }: { error: unknown; onRetry(): void }) {
  useTitle('Something went wrong');
  return (
    <main className="mx-auto max-w-xl p-6 pt-16">
      <Failure error={error} onRetry={onRetry} />
    </main>
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
