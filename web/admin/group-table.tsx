import { Link } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import type { Group } from '../../src/contract/access.ts';
import { number } from '../i18n/numbers.ts';
import { named, t } from '../i18n/translate.ts';
import { IconButton } from '../ui/button.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { type GroupAction, GroupDialog } from './group-dialogs.tsx';

/** Every group, with how many are in it and how much it is granted. */
export function GroupTable({ groups }: { groups: Group[] }) {
  const [doing, setDoing] = useState<{ group: Group; action: GroupAction }>();
  return (
    <>
      <TableFrame label={t('Groups')}>
        <thead className="text-start text-xs text-muted">
          <tr className="border-b border-line *:px-4 *:py-2 *:font-medium">
            <th>{t('Name')}</th>
            <th>{t('Members')}</th>
            <th>{t('Grants')}</th>
            <th className="sr-only">{t('Actions')}</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.id} className="border-b border-line last:border-0 *:px-4 *:py-1.5">
              <td className="max-w-64 truncate font-medium">
                <Link to="/admin/groups/$groupId" params={{ groupId: group.id }} className="hover:underline">
                  {named(group.name)}
                </Link>
                {group.is_builtin && <span className="ms-2 text-xs font-normal text-muted">{t('built in')}</span>}
              </td>
              <td>{number(group.member_count)}</td>
              <td>{number(group.grant_count)}</td>
              <td className="h-12 text-end">
                {!group.is_builtin && (
                  <Menu
                    trigger={
                      <IconButton label={t('Actions for {name}', { name: named(group.name) })}>
                        <Ellipsis aria-hidden />
                      </IconButton>
                    }
                  >
                    <MenuItem onSelect={() => setDoing({ group, action: 'rename' })}>{t('Rename')}</MenuItem>
                    <MenuItem danger onSelect={() => setDoing({ group, action: 'delete' })}>
                      {t('Delete')}
                    </MenuItem>
                  </Menu>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
      <GroupDialog doing={doing} onClose={() => setDoing(undefined)} />
    </>
  );
}
