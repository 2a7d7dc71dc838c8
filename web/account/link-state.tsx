import { Link } from '@tanstack/react-router';
import { asApiError } from '../api/errors.ts';
import { t } from '../i18n/translate.ts';
import { Failure, Skeleton } from '../ui/states.tsx';

/** Instead of the form: the link is looked at, or it does not open. */
export function LinkState({ error, onRetry }: { error: unknown; onRetry(): void }) {
  if (!error) return <Skeleton lines={3} className="mt-6" />;
  const retry = asApiError(error).passing ? { onRetry } : {};
  return (
    <>
      <Failure error={error} className="mt-6" {...retry} />
      <p className="mt-6 text-sm">
        <Link to="/sign-in" search={{}} className="link">
          {t('To the sign-in')}
        </Link>
      </p>
    </>
  );
}
