import { Link, useNavigate } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import type { AdminUser } from '../../src/contract/auth.ts';
import { roleWords } from '../account/role-words.ts';
import { t } from '../i18n/translate.ts';
import { useServices } from '../services.tsx';
import { IconButton } from '../ui/button.tsx';
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx';
import { Moment } from '../ui/moment.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { rowCount, VirtualTableRows } from '../ui/virtual-table-rows.tsx';
import { type UserAction, UserDialog } from './user-dialogs.tsx';

/** Who may sign in, and as what.
 *  @param isWhole  no more of them are to come */
export function UserTable({ users, isWhole }: { users: AdminUser[]; isWhole: boolean }) {
  const { me } = useServices();
  const navigate = useNavigate();
  const [doing, setDoing] = useState<{ user: AdminUser; action: UserAction }>();
  const history = (user: AdminUser) =>
    void navigate({ to: '/admin/audit', search: { object_kind: 'user', object_id: user.id } });
  return (
    <>
      <TableFrame label={t('People')} rowCount={rowCount(users.length, isWhole)}>
        <thead className="text-start text-xs text-muted">
          <tr className="border-b border-line *:px-4 *:py-2 *:font-medium">
            <th>{t('Name')}</th>
            <th>{t('Username')}</th>
            <th>{t('Role')}</th>
            <th>{t('State')}</th>
            <th>{t('Last signed in')}</th>
            <th className="sr-only">{t('Actions')}</th>
          </tr>
        </thead>
        <VirtualTableRows
          items={users}
          keyOf={idOf}
          rowPx={49}
          rowClass="border-b border-line last:border-0 *:px-4 *:py-1.5"
        >
          {(user) => (
            <>
              <td className="max-w-64 truncate font-medium">
                <Link to="/admin/users/$userId" params={{ userId: user.id }} className="hover:underline">
                  {user.display_name}
                </Link>
                {user.id === me.id && <span className="ms-2 text-xs font-normal text-muted">{t('you')}</span>}
              </td>
              <td className="max-w-48 truncate">{user.username}</td>
              <td className="capitalize">{roleWords[user.role]}</td>
              <td className="whitespace-nowrap">
                {user.is_active ? (
                  t('Active', {}, 'account')
                ) : (
                  <span className="text-muted">{t('Deactivated', {}, 'account')}</span>
                )}
                {user.has_second_factor && <span className="ms-2 text-xs text-muted">{t('with app')}</span>}
              </td>
              <td>
                {user.last_login_at ? (
                  <Moment at={user.last_login_at} />
                ) : (
                  <span className="text-muted">{t('never')}</span>
                )}
              </td>
              <td className="text-end">
                <Menu
                  trigger={
                    <IconButton label={t('Actions for {name}', { name: user.username })}>
                      <Ellipsis aria-hidden />
                    </IconButton>
                  }
                >
                  <MenuItem onSelect={() => setDoing({ user, action: 'role' })}>{t('Change role')}</MenuItem>
                  <MenuItem onSelect={() => setDoing({ user, action: 'email' })}>{t('Change mail address')}</MenuItem>
                  <MenuItem onSelect={() => setDoing({ user, action: 'password' })}>{t('Set password')}</MenuItem>
                  {user.is_active && (
                    <MenuItem onSelect={() => setDoing({ user, action: 'reset' })}>
                      {t('Link for a new password')}
                    </MenuItem>
                  )}
                  {user.has_second_factor && (
                    <MenuItem onSelect={() => setDoing({ user, action: 'second-factor' })}>
                      {t('Remove authenticator app')}
                    </MenuItem>
                  )}
                  <MenuItem onSelect={() => history(user)}>{t('Audit log of this person')}</MenuItem>
                  <MenuLine />
                  {user.is_active ? (
                    <MenuItem onSelect={() => setDoing({ user, action: 'deactivate' })}>{t('Deactivate')}</MenuItem>
                  ) : (
                    <MenuItem onSelect={() => setDoing({ user, action: 'activate' })}>{t('Activate')}</MenuItem>
                  )}
                  <MenuItem danger onSelect={() => setDoing({ user, action: 'delete' })}>
                    {t('Delete')}
                  </MenuItem>
                  <MenuItem danger onSelect={() => setDoing({ user, action: 'erase' })}>
                    {t('Erase')}
                  </MenuItem>
                </Menu>
              </td>
            </>
          )}
        </VirtualTableRows>
      </TableFrame>
      <UserDialog doing={doing} onClose={() => setDoing(undefined)} />
    </>
  );
}

const idOf = ({ id }: AdminUser) => id;
