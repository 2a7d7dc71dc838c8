import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { AdminUser } from '../../src/contract/auth.ts';
import { CorporaChoice, corporaChoice, scopeWords } from '../account/erasure-scope.tsx';
import { eraseUser, fetchUserErasure } from '../api/personal-data.ts';
import { t } from '../i18n/translate.ts';
import { FormDialog } from '../ui/dialog.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { usersKey } from './users-key.ts';

/** Erases a person: their name, their sessions and, where that is chosen, their corpora. */
export function EraseUser({ user, onClose }: { user: AdminUser; onClose(): void }) {
  const queryClient = useQueryClient();
  const scope = useQuery({
    queryKey: [...usersKey, 'erasure', user.id],
    queryFn: ({ signal }) => fetchUserErasure(user.id, signal),
    gcTime: 0,
  });
  const erase = async (data: FormData) => {
    await eraseUser(user.id, corporaChoice(data));
    await queryClient.invalidateQueries({ queryKey: usersKey });
  };
  return (
    <FormDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('Erase {username}?', { username: user.username })}
      description={t(
        'This cannot be undone. They are signed out everywhere at once; what they wrote is erased within minutes. To keep it, delete the person instead.',
      )}
      action={t('Erase person')}
      isDangerous
      onSubmit={erase}
    >
      {scope.isPending && <Skeleton lines={2} />}
      {scope.error && <Failure error={scope.error} onRetry={() => void scope.refetch()} />}
      {scope.data && (
        <>
          <p className="text-sm">{scopeWords(scope.data)}</p>
          <CorporaChoice scope={scope.data} />
        </>
      )}
    </FormDialog>
  );
}
