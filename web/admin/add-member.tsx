import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Group } from '../../src/contract/access.ts';
import { listUsers } from '../api/admin.ts';
import { addGroupMember } from '../api/groups.ts';
import { useSettled } from '../sessions/use-settled.ts';
import { FormDialog } from '../ui/dialog.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { groupsKey } from './groups-key.ts';
import { userCalled } from './user-called.ts';
import { usersKey } from './users-key.ts';

type AddMemberProps = { group: Group; open: boolean; onOpenChange(open: boolean): void };

/** Puts a person into a group, by username; names that fit what is written are offered. */
export function AddMember({ group, open, onOpenChange }: AddMemberProps) {
  const queryClient = useQueryClient();
  const suggestionsId = useId();
  const [username, setUsername] = useState('');
  const written = useSettled(username.trim(), 200);
  const suggestions = useQuery({
    queryKey: [...usersKey, 'like', written],
    queryFn: ({ signal }) => listUsers({ q: written, limit: 10 }, signal),
    enabled: open && written !== '',
  });
  const add = async () => {
    await addGroupMember(group.id, (await userCalled(username.trim())).id);
    await queryClient.invalidateQueries({ queryKey: groupsKey });
    setUsername('');
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Add to “${group.name}”`}
      action="Add member"
      onSubmit={add}
    >
      <Field label="Username" hint="Write a part of a name to see whom it fits.">
        {(id) => (
          <TextInput
            id={id}
            required
            maxLength={64}
            list={suggestionsId}
            value={username}
            onChange={(event) => setUsername(event.target.value)}
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
    </FormDialog>
  );
}
