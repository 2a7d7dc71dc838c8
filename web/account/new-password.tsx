import { t } from '../i18n/translate.ts';
import { Field, TextInput } from '../ui/field.tsx';

/** A password that is chosen: for oneself, or for somebody who is told it. */
export const NewPassword = ({ label = t('New password'), hint = t('At least 12 characters. A sentence is good.') }) => (
  <Field label={label} hint={hint}>
    {(id) => (
      <TextInput
        id={id}
        name="password"
        type="password"
        required
        minLength={12}
        maxLength={256}
        autoComplete="new-password"
      />
    )}
  </Field>
);
