import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { listUsers } from '../api/admin.ts';
import { useSettled } from '../sessions/use-settled.ts';
import { Field, TextInput } from '../ui/field.tsx';
import { usersKey } from './users-key.ts';

type UsernameFieldProps = {
  label: string;
  hint: string;
  value: string;
  onChange(username: string): void;
  /** Whether names that fit what is written are offered: only administrators may ask for them. */
  suggests: boolean;
};

/** Somebody's username. */
export function UsernameField({ label, hint, value, onChange, suggests }: UsernameFieldProps) {
  const suggestionsId = useId();
  const written = useSettled(value.trim(), 200);
  const suggestions = useQuery({
    queryKey: [...usersKey, 'like', written],
    queryFn: ({ signal }) => listUsers({ q: written, limit: 10 }, signal),
    enabled: suggests && written !== '',
  });
  return (
    <>
      <Field label={label} hint={hint}>
        {(id) => (
          <TextInput
            id={id}
            required
            maxLength={64}
            list={suggestionsId}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            autoComplete="off"
            autoCapitalize="none"
          />
        )}
      </Field>
      <datalist id={suggestionsId}>
        {suggestions.data?.users.map((user) => (
          <option key={user.id} value={user.username}>
            {user.display_name}
          </option>
        ))}
      </datalist>
    </>
  );
}
