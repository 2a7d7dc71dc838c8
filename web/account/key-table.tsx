import { useState } from 'react';
import type { AccountKey } from '../../src/contract/account.ts';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { Moment } from '../ui/moment.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { dayOf } from '../ui/time-words.ts';

/** Somebody's API keys, by how they begin. */
export function KeyTable({ keys, onRevoke }: { keys: AccountKey[]; onRevoke(key: AccountKey): Promise<unknown> }) {
  const [revoking, setRevoking] = useState<AccountKey>();
  return (
    <>
      <TableFrame label={t('API keys')}>
        <thead className="text-start text-xs text-muted">
          <tr className="border-b border-line *:px-4 *:py-2 *:font-medium *:whitespace-nowrap">
            <th>{t('Name')}</th>
            <th>{t('Begins with')}</th>
            <th>{t('Scopes')}</th>
            <th>{t('Expires')}</th>
            <th>{t('Last used')}</th>
            <th className="sr-only">{t('Actions')}</th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id} className="border-b border-line last:border-0 *:px-4 *:py-1.5">
              <td className="max-w-56 truncate font-medium" title={key.name}>
                {key.name}
              </td>
              <td>
                <code className="text-xs">{key.hint}…</code>
              </td>
              <td className="min-w-40 text-xs text-muted">{key.scopes.join(', ')}</td>
              <td className="whitespace-nowrap">
                {key.is_expired ? (
                  <span className="text-danger">{t('expired')}</span>
                ) : (
                  dayOf(Date.parse(key.expires_at))
                )}
              </td>
              <td>
                {key.last_used_at ? <Moment at={key.last_used_at} /> : <span className="text-muted">{t('never')}</span>}
              </td>
              <td className="h-12 text-end">
                <Button
                  look="quiet"
                  aria-label={t('Revoke {name}', { name: key.name })}
                  onClick={() => setRevoking(key)}
                >
                  {t('Revoke')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
      {revoking && (
        <Confirm
          open
          onOpenChange={(open) => !open && setRevoking(undefined)}
          title={t('Revoke “{name}”?', { name: revoking.name })}
          action={t('Revoke key')}
          onConfirm={() => onRevoke(revoking)}
        >
          {t('Whatever uses it is refused from its next call on. This cannot be undone.')}
        </Confirm>
      )}
    </>
  );
}
