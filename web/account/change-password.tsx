import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changePassword, listMyKeys } from '../api/account.ts';
import { ApiError } from '../api/errors.ts';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { FormDialog } from '../ui/dialog.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { apiKeysKey, loginsKey } from './query-keys.ts';

/** The change of one's own password. */
export function ChangePassword({ userId }: { userId: string }) {
  const queryClient = useQueryClient();
  const [open, setOpen] = useState(false);
  const [isChanged, setChanged] = useState(false);
  const keys = useQuery({ queryKey: apiKeysKey(userId), queryFn: ({ signal }) => listMyKeys(signal) }).data?.keys ?? [];
  const change = async (data: FormData) => {
    setChanged(false);
    const next = formText(data, 'new');
    if (next !== formText(data, 'again')) throw notTheSame();
    await changePassword(formText(data, 'current'), next, data.has('keys'));
    setChanged(true);
    await Promise.all(
      [loginsKey(userId), apiKeysKey(userId)].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
    );
  };
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <Button onClick={() => setOpen(true)}>{t('Change password')}</Button>
        <p role="status" className="text-sm text-muted">
          {isChanged && t('Changed. You are signed out everywhere else.')}
        </p>
      </div>
      <FormDialog
        open={open}
        onOpenChange={setOpen}
        title={t('Change password')}
        description={t('You stay signed in here and are signed out everywhere else.')}
        action={t('Change password')}
        onSubmit={change}
      >
        <PasswordField label={t('Current password')} name="current" autoComplete="current-password" />
        <PasswordField
          label={t('New password')}
          name="new"
          autoComplete="new-password"
          minLength={12}
          hint={t('At least 12 characters; several words make a good one.')}
        />
        <PasswordField label={t('New password again')} name="again" autoComplete="new-password" minLength={12} />
        {keys.length > 0 && (
          <label className="flex min-h-9 items-start gap-2.5 py-1 text-sm">
            <input type="checkbox" name="keys" className="mt-1 size-4 shrink-0 accent-accent" />
            <span>
              {t('Revoke my API keys too')}
              <span className="block text-xs text-muted">
                {t('Choose it when somebody else may know the password. Programs that use a key stop working.')}
              </span>
            </span>
          </label>
        )}
      </FormDialog>
    </>
  );
}

type PasswordFieldProps = { label: string; name: string; autoComplete: string; minLength?: number; hint?: string };

const PasswordField = ({ label, hint, ...rest }: PasswordFieldProps) => (
  <Field label={label} {...(hint !== undefined && { hint })}>
    {(id) => <TextInput {...rest} id={id} type="password" required maxLength={256} />}
  </Field>
);

function notTheSame(): ApiError {
  const detail = t('The two new passwords are not the same. Type the new one again.');
  return new ApiError({ status: 400, code: 'not_repeated', title: t('Not changed'), detail });
}
