import { useState } from 'react';
import type { AccountLogin } from '../../src/contract/account.ts';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { Moment } from '../ui/moment.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { deviceWords } from './device-words.ts';

/** Where somebody is signed in. The login of the very page cannot be ended here: that is signing out. */
export function LoginTable({
  logins,
  onEnd,
}: {
  logins: AccountLogin[];
  onEnd(login: AccountLogin): Promise<unknown>;
}) {
  const [ending, setEnding] = useState<AccountLogin>();
  return (
    <>
      <TableFrame label={t('Signed-in devices')}>
        <thead className="text-start text-xs text-muted">
          <tr className="border-b border-line *:px-4 *:py-2 *:font-medium">
            <th>{t('Device')}</th>
            <th>{t('Address')}</th>
            <th>{t('Sign-in time')}</th>
            <th>{t('Last used')}</th>
            <th className="sr-only">{t('Actions')}</th>
          </tr>
        </thead>
        <tbody>
          {logins.map((login) => (
            <tr key={login.id} className="border-b border-line last:border-0 *:px-4 *:py-1.5">
              <td className="font-medium whitespace-nowrap">
                {deviceWords(login.device)}
                {login.is_current && (
                  <span className="ms-2 text-xs font-normal text-muted">{t('this one', {}, 'a device')}</span>
                )}
              </td>
              <td className="whitespace-nowrap">
                {login.address || <span className="text-muted">{t('not known')}</span>}
              </td>
              <td>
                <Moment at={login.created_at} />
              </td>
              <td>
                <Moment at={login.last_used_at} />
              </td>
              <td className="h-12 text-end">
                {!login.is_current && (
                  <Button
                    look="quiet"
                    aria-label={t('Sign out {device}', { device: deviceWords(login.device) })}
                    onClick={() => setEnding(login)}
                  >
                    {t('Sign out')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
      {ending && (
        <Confirm
          open
          onOpenChange={(open) => !open && setEnding(undefined)}
          title={t('Sign out {device}?', { device: deviceWords(ending.device) })}
          action={t('Sign out')}
          onConfirm={() => onEnd(ending)}
        >
          {t('Pages that are open there stop within seconds and ask for the password. Nothing is deleted.')}
        </Confirm>
      )}
    </>
  );
}
