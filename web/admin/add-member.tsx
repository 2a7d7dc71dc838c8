import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Group } from '../../src/contract/access.ts';
import { addGroupMember } from '../api/groups.ts';
import { t } from '../i18n/translate.ts';
import { FormDialog } from '../ui/dialog.tsx';
import { groupsKey } from './groups-key.ts';
import { userCalled } from './user-called.ts';
import { UsernameField } from './username-field.tsx';

type AddMemberProps = { group: Group; open: boolean; onOpenChange(open: boolean): void };

/** Puts a person into a group, by username. */
export function AddMember({ group, open, onOpenChange }: AddMemberProps) {
  const queryClient = useQueryClient();
  const [username, setUsername] = useState('');
  const add = async () => {
    await addGroupMember(group.id, (await userCalled(username.trim())).id);
    await queryClient.invalidateQueries({ queryKey: groupsKey });
    setUsername('');
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('Add to “{name}”', { name: group.name })}
      action={t('Add member')}
      onSubmit={add}
    >
      <UsernameField
        label={t('Username')}
        hint={t('Write a part of a name to see whom it fits.')}
        value={username}
        onChange={setUsername}
        suggests
      />
    </FormDialog>
  );
}
