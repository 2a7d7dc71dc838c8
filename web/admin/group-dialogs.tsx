import { useQueryClient } from '@tanstack/react-query';
import type { Group } from '../../src/contract/access.ts';
import { createGroup, deleteGroup, renameGroup } from '../api/groups.ts';
import { t } from '../i18n/translate.ts';
import { Confirm, FormDialog } from '../ui/dialog.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { groupsKey } from './groups-key.ts';

export type GroupAction = 'rename' | 'delete';

export function CreateGroup({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const queryClient = useQueryClient();
  const create = async (data: FormData) => {
    await createGroup(formText(data, 'name'));
    await queryClient.invalidateQueries({ queryKey: groupsKey });
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('New group')}
      description={t('What a group is granted, each of its members has.')}
      action={t('Create group')}
      onSubmit={create}
    >
      <NameField />
    </FormDialog>
  );
}

/** The dialog of what is being done to a group. */
export function GroupDialog({
  doing,
  onClose,
}: {
  doing: { group: Group; action: GroupAction } | undefined;
  onClose(): void;
}) {
  const queryClient = useQueryClient();
  if (!doing) return null;
  const { group, action } = doing;
  const then = async (work: Promise<unknown>) => {
    await work;
    await queryClient.invalidateQueries({ queryKey: groupsKey });
  };
  const onOpenChange = (open: boolean) => !open && onClose();
  switch (action) {
    case 'rename':
      return (
        <FormDialog
          open
          onOpenChange={onOpenChange}
          title={t('Rename “{name}”', { name: group.name })}
          action={t('Rename')}
          onSubmit={(data) => then(renameGroup(group.id, formText(data, 'name')))}
        >
          <NameField value={group.name} />
        </FormDialog>
      );
    case 'delete':
      return (
        <Confirm
          open
          onOpenChange={onOpenChange}
          title={t('Delete “{name}”?', { name: group.name })}
          action={t('Delete group')}
          onConfirm={() => then(deleteGroup(group.id))}
        >
          {t(
            '{count, plural, =1 {Its one member loses} other {Its # members lose}} at once what is reached through this group alone. ' +
              'Nobody’s account, sessions or documents are deleted. This cannot be undone.',
            { count: group.member_count },
          )}
        </Confirm>
      );
  }
}

const NameField = ({ value }: { value?: string }) => (
  <Field label={t('Name')}>
    {(id) => <TextInput id={id} name="name" required maxLength={100} defaultValue={value} autoComplete="off" />}
  </Field>
);
