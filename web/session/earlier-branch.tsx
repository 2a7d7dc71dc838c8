import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';

/** Says that the session goes on elsewhere, and that a message goes on from what is shown. */
export function EarlierBranch({ onNewest }: { onNewest(): void }) {
  return (
    <p
      role="status"
      className="mx-auto mb-2 flex pt-2 w-full max-w-3xl flex-wrap items-center gap-x-3 gap-y-1 px-5 text-sm text-muted"
    >
      {t('This is an earlier version of the session. Your next message goes on from here.')}
      <Button look="quiet" className="min-h-8! py-1! -ms-3 text-accent!" onClick={onNewest}>
        {t('Show the newest')}
      </Button>
    </p>
  );
}
