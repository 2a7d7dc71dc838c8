import { Field, TextInput } from '../ui/field.tsx';

/** A password that somebody chooses for themself. */
export const NewPassword = () => (
  <Field label="New password" hint="At least 12 characters. A sentence is good.">
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
