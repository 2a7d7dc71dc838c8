import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type ApiScope, apiScope, type CreatedKey } from '../../src/contract/account.ts';
import { createKey } from '../api/account.ts';
import { ApiError } from '../api/errors.ts';
import { t } from '../i18n/translate.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { FormDialog, Notice } from '../ui/dialog.tsx';
import { Field, Select, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { apiKeysKey } from './query-keys.ts';
import { scopeWords } from './scope-words.ts';

type NewKeyProps = {
  userId: string;
  /** What may be chosen from. */
  scopes: readonly ApiScope[];
  open: boolean;
  onOpenChange(open: boolean): void;
};

/** Makes an API key and shows it, this once. */
export function NewKey({ userId, scopes, open, onOpenChange }: NewKeyProps) {
  const queryClient = useQueryClient();
  const [made, setMade] = useState<CreatedKey>();
  const create = async (data: FormData) => {
    const chosen = scopes.filter((scope) => data.getAll('scope').includes(scope));
    if (chosen.length === 0) throw nothingChosen();
    setMade(
      await createKey({
        name: formText(data, 'name'),
        scopes: chosen.map((scope) => apiScope.parse(scope)),
        expires_in_days: Number(formText(data, 'days')),
      }),
    );
    await queryClient.invalidateQueries({ queryKey: apiKeysKey(userId) });
  };
  return (
    <>
      <FormDialog
        open={open}
        onOpenChange={onOpenChange}
        title={t('New API key')}
        description={t(
          'For a program that works in your name. It may do what you choose here, and never more than you may.',
        )}
        action={t('Create key')}
        onSubmit={create}
      >
        <Field label={t('Name')} hint={t('What it is for, such as “Nightly report”.')}>
          {(id) => <TextInput id={id} name="name" required maxLength={100} autoComplete="off" />}
        </Field>
        <ScopeChoice scopes={scopes} />
        <Field label={t('Ends after')}>
          {(id) => (
            <Select id={id} name="days" defaultValue="90" wide>
              <option value="7">{days(7)}</option>
              <option value="30">{days(30)}</option>
              <option value="90">{days(90)}</option>
              <option value="180">{days(180)}</option>
              <option value="365">{t('A year')}</option>
            </Select>
          )}
        </Field>
      </FormDialog>
      {made && <KeyShown made={made} onClose={() => setMade(undefined)} />}
    </>
  );
}

const days = (count: number) => t('{count, plural, one {# day} other {# days}}', { count });

function ScopeChoice({ scopes }: { scopes: readonly ApiScope[] }) {
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">{t('Scopes')}</legend>
      {scopes.map((scope) => (
        <label key={scope} className="flex min-h-9 items-start gap-2.5 py-1 text-sm">
          <input type="checkbox" name="scope" value={scope} className="mt-1 size-4 shrink-0 accent-accent" />
          <span>
            {scopeWords[scope]} <code className="text-xs whitespace-nowrap text-muted">{scope}</code>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function KeyShown({ made, onClose }: { made: CreatedKey; onClose(): void }) {
  return (
    <Notice title={t('Key “{name}”', { name: made.name })} action={t('I have stored it')} onClose={onClose}>
      <p>
        {t('Copy it to where it is used. It is shown this once: nobody, an administrator neither, can see it again.')}
      </p>
      <div className="mt-3 flex items-center gap-2">
        <TextInput
          readOnly
          aria-label={t('The key')}
          value={made.key}
          className="font-mono text-xs text-ink"
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton text={made.key} label={t('Copy key')} />
      </div>
    </Notice>
  );
}

function nothingChosen(): ApiError {
  const detail = t('Choose at least one scope: without any the key could do nothing.');
  return new ApiError({ status: 400, code: 'no_scope', title: t('Not created'), detail });
}
