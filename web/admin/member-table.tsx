import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Group, GroupMember } from '../../src/contract/access.ts';
import { roleWords } from '../account/role-words.ts';
import { removeGroupMember } from '../api/groups.ts';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { Moment } from '../ui/moment.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { rowCount, VirtualTableRows } from '../ui/virtual-table-rows.tsx';
import { groupsKey } from './groups-key.ts';

/** Who is in a group.
 *  @param isWhole  no more members are to come */
export function MemberTable({ group, members, isWhole }: MemberTableProps) {
  const queryClient = useQueryClient();
  const [leaving, setLeaving] = useState<GroupMember>();
  const remove = async (member: GroupMember) => {
    await removeGroupMember(group.id, member.user_id);
    await queryClient.invalidateQueries({ queryKey: groupsKey });
  };
  return (
    <>
      <TableFrame label={t('Members')} rowCount={rowCount(members.length, isWhole)}>
        <thead className="text-start text-xs text-muted">
          <tr className="border-b border-line *:px-4 *:py-2 *:font-medium">
            <th>{t('Name')}</th>
            <th>{t('Username')}</th>
            <th>{t('Role')}</th>
            <th>{t('Since')}</th>
            <th className="sr-only">{t('Actions')}</th>
          </tr>
        </thead>
        <VirtualTableRows
          items={members}
          keyOf={idOf}
          rowPx={49}
          rowClass="border-b border-line last:border-0 *:px-4 *:py-1.5"
        >
          {(member) => (
            <>
              <td className="max-w-64 truncate font-medium">
                {member.display_name}
                {!member.is_active && (
                  <span className="ms-2 text-xs font-normal text-muted">{t('deactivated', {}, 'account')}</span>
                )}
              </td>
              <td className="max-w-48 truncate">{member.username}</td>
              <td className="capitalize">{roleWords[member.role]}</td>
              <td>
                <Moment at={member.added_at} />
                {member.by_oidc && <span className="ms-2 text-xs text-muted">{t('by single sign-on')}</span>}
              </td>
              <td className="h-12 text-end">
                {!group.is_builtin && (
                  <Button
                    look="quiet"
                    aria-label={t('Remove {name}', { name: member.username }, 'person')}
                    onClick={() => setLeaving(member)}
                  >
                    {t('Remove')}
                  </Button>
                )}
              </td>
            </>
          )}
        </VirtualTableRows>
      </TableFrame>
      {leaving && (
        <Confirm
          open
          onOpenChange={(open) => !open && setLeaving(undefined)}
          title={t('Remove {name} from “{group}”?', { name: leaving.username, group: group.name })}
          action={t('Remove member')}
          onConfirm={() => remove(leaving)}
        >
          {leaving.by_oidc
            ? t(
                'They lose at once whatever they reach through this group alone. They can be added again. ' +
                  'The single sign-on adds them again at their next sign-in, unless it is changed there.',
              )
            : t('They lose at once whatever they reach through this group alone. They can be added again.')}
        </Confirm>
      )}
    </>
  );
}

type MemberTableProps = { group: Group; members: GroupMember[]; isWhole: boolean };

const idOf = (member: GroupMember) => member.user_id;
