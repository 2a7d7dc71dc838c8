import { useQueryClient } from '@tanstack/react-query';
import { type AdminUser, role } from '../../src/contract/auth.ts';
import { NewPassword } from '../account/new-password.tsx';
import { createUser, deleteUser, patchUser, type UserChanges } from '../api/admin.ts';
import { removeSecondFactor } from '../api/second-factor.ts';
import { t } from '../i18n/translate.ts';
import { Confirm, FormDialog } from '../ui/dialog.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { EmailField } from './email-field.tsx';
import { EraseUser } from './erase-user.tsx';
import { ResetLink } from './reset-link.tsx';
import { RoleField } from './role-field.tsx';
import { usersKey } from './users-key.ts';

export type UserAction =
  | 'role'
  | 'email'
  | 'password'
  | 'reset'
  | 'second-factor'
  | 'activate'
  | 'deactivate'
  | 'delete'
  | 'erase';

export function CreateUser({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const queryClient = useQueryClient();
  const create = async (data: FormData) => {
    const displayName = formText(data, 'display_name').trim();
    const email = formText(data, 'email').trim();
    await createUser({
      username: formText(data, 'username').trim(),
      password: formText(data, 'password'),
      role: role.parse(data.get('role')),
      ...(displayName && { display_name: displayName }),
      ...(email && { email }),
    });
    await queryClient.invalidateQueries({ queryKey: usersKey });
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('Add a person')}
      action={t('Add person')}
      onSubmit={create}
    >
      <Field label={t('Username')} hint={t('Letters, digits and . _ @ -')}>
        {(id) => <TextInput id={id} name="username" required maxLength={64} autoComplete="off" autoCapitalize="none" />}
      </Field>
      <Field label={t('Name')} hint={t('Shown to others; the username when left empty.')}>
        {(id) => <TextInput id={id} name="display_name" maxLength={120} autoComplete="off" />}
      </Field>
      <EmailField hint={t('May be left empty. Links for a new password are mailed there.')} />
      <NewPassword label={t('Password')} />
      <RoleField />
    </FormDialog>
  );
}

/** The dialog of what is being done to a user. */
export function UserDialog({
  doing,
  onClose,
}: {
  doing: { user: AdminUser; action: UserAction } | undefined;
  onClose(): void;
}) {
  const queryClient = useQueryClient();
  if (!doing) return null;
  const { user, action } = doing;
  const then = async (work: Promise<unknown>) => {
    await work;
    await queryClient.invalidateQueries({ queryKey: usersKey });
  };
  const patch = (changes: UserChanges) => then(patchUser(user.id, changes));
  const onOpenChange = (open: boolean) => !open && onClose();
  switch (action) {
    case 'role':
      return (
        <FormDialog
          open
          onOpenChange={onOpenChange}
          title={t('Role of {name}', { name: user.username })}
          action={t('Change role')}
          onSubmit={(data) => patch({ role: role.parse(data.get('role')) })}
        >
          <RoleField value={user.role} />
        </FormDialog>
      );
    case 'email':
      return (
        <FormDialog
          open
          onOpenChange={onOpenChange}
          title={t('Mail address of {name}', { name: user.username })}
          description={t('Links for a new password are mailed there. One that is open ends when the address changes.')}
          action={t('Change address')}
          onSubmit={(data) => patch({ email: formText(data, 'email').trim() || null })}
        >
          <EmailField value={user.email ?? ''} hint={t('Left empty, nothing is mailed to them.')} />
        </FormDialog>
      );
    case 'password':
      return (
        <FormDialog
          open
          onOpenChange={onOpenChange}
          title={t('Password of {name}', { name: user.username })}
          description={t('Ends every sign-in of this person.')}
          action={t('Set password')}
          onSubmit={(data) => patch({ password: formText(data, 'password') })}
        >
          <NewPassword label={t('Password')} />
        </FormDialog>
      );
    case 'reset':
      return <ResetLink user={user} onClose={onClose} />;
    case 'second-factor':
      return (
        <Confirm
          open
          onOpenChange={onOpenChange}
          title={t('Remove the authenticator app of {name}?', { name: user.username })}
          action={t('Remove app')}
          onConfirm={() => then(removeSecondFactor(user.id))}
        >
          {t(
            'For somebody who has lost both the app and their recovery codes. They are signed out everywhere, and from then on sign in with their password alone. ' +
              'First make sure that the request really comes from them.',
          )}
        </Confirm>
      );
    case 'activate':
    case 'deactivate': {
      const on = action === 'activate';
      return (
        <Confirm
          open
          onOpenChange={onOpenChange}
          title={on ? t('Activate {name}?', { name: user.username }) : t('Deactivate {name}?', { name: user.username })}
          action={on ? t('Activate') : t('Deactivate')}
          isDangerous={!on}
          onConfirm={() => patch({ is_active: on })}
        >
          {on
            ? t('They can sign in again.')
            : t('They are signed out everywhere and cannot sign in. Nothing is deleted.')}
        </Confirm>
      );
    }
    case 'delete':
      return (
        <Confirm
          open
          onOpenChange={onOpenChange}
          title={t('Delete {name}?', { name: user.username }, 'person')}
          action={t('Delete person')}
          onConfirm={() => then(deleteUser(user.id))}
        >
          {t('They are signed out everywhere and cannot sign in again. What they wrote stays. This cannot be undone.')}
        </Confirm>
      );
    case 'erase':
      return <EraseUser user={user} onClose={onClose} />;
  }
}
