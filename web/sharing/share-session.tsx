import { useQuery } from '@tanstack/react-query';
import { unreachable } from '../api/errors.ts';
import { t } from '../i18n/translate.ts';
import { withAllWords } from '../i18n/with-all-words.ts';
import { ReadingDialog } from '../ui/dialog.tsx';
import { Failure } from '../ui/states.tsx';
import type { ShareDialogProps } from './share-dialog.tsx';

/** The dialog of sharing, whose code is fetched when it is first opened. */
export function ShareSession(props: ShareDialogProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['code of sharing'],
    queryFn: () => withAllWords(() => import('./share-dialog.tsx')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data) return <data.ShareDialog {...props} />;
  if (!error) return null;
  return (
    <ReadingDialog open onOpenChange={(open) => !open && props.onClose()} title={t('Share')}>
      <Failure error={unreachable()} onRetry={() => void refetch()} />
    </ReadingDialog>
  );
}
