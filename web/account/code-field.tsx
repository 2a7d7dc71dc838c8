import { Field, TextInput } from '../ui/field.tsx';

/** A code of the app, or a recovery code. */
export const CodeField = ({ label, hint }: { label: string; hint?: string }) => (
  <Field label={label} {...(hint !== undefined && { hint })}>
    {(id) => (
      <TextInput
        id={id}
        name="code"
        required
        maxLength={100}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
      />
    )}
  </Field>
);
