import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { Ellipsis } from 'lucide-react';
import type { Budget } from '../../src/contract/budgets.ts';
import { t } from '../i18n/translate.ts';
import { IconButton } from '../ui/button.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import type { BudgetDoing } from './budget-dialogs.tsx';

/** The budgets of groups, then those of people, with what is used of them today. */
export function BudgetTable({ budgets, onDo }: { budgets: Budget[]; onDo(doing: BudgetDoing): void }) {
  return (
    <TableFrame label={t('Budgets of groups and people')}>
      <thead className="text-start text-xs text-muted">
        <tr className="border-b border-line *:px-4 *:py-2 *:font-medium">
          <th>{t('For')}</th>
          <th>{t('Messages today')}</th>
          <th>{t('Tokens today')}</th>
          <th className="sr-only">{t('Actions')}</th>
        </tr>
      </thead>
      <tbody>
        {budgets.map((budget) => {
          const { kind, subject_id, name, turns_per_day, tokens_per_day } = budget;
          const facts = { owner: { kind, subject_id }, name, limits: { turns_per_day, tokens_per_day } };
          return (
            <tr key={`${kind} ${subject_id}`} className="border-b border-line last:border-0 *:px-4 *:py-1.5">
              <td className="max-w-40 font-medium sm:max-w-64">
                <span className="flex items-baseline gap-2">
                  {kind === 'group' ? (
                    <Link
                      to="/admin/groups/$groupId"
                      params={{ groupId: subject_id }}
                      className="truncate hover:underline"
                    >
                      {name}
                    </Link>
                  ) : (
                    <span className="truncate">{name}</span>
                  )}
                  <span className="text-xs font-normal text-muted">{kind === 'group' ? t('group') : t('person')}</span>
                </span>
              </td>
              <td>
                <Used used={budget.turns_used} limit={turns_per_day} />
              </td>
              <td>
                <Used used={budget.tokens_used + budget.tokens_reserved} limit={tokens_per_day} />
              </td>
              <td className="text-end">
                <Menu
                  trigger={
                    <IconButton label={t('Actions for the budget of {name}', { name })}>
                      <Ellipsis aria-hidden />
                    </IconButton>
                  }
                >
                  <MenuItem onSelect={() => onDo({ ...facts, action: 'change' })}>{t('Change')}</MenuItem>
                  <MenuItem danger onSelect={() => onDo({ ...facts, action: 'remove' })}>
                    {t('Remove')}
                  </MenuItem>
                </Menu>
              </td>
            </tr>
          );
        })}
      </tbody>
    </TableFrame>
  );
}

function Used({ used, limit }: { used: number; limit: number | null }) {
  if (limit === null)
    return <span className="whitespace-nowrap text-muted">{t('{used, number}, no limit', { used })}</span>;
  return (
    <span className={clsx('whitespace-nowrap', used >= limit && 'text-danger')}>
      {t('{used, number} of {limit, number}', { used, limit })}
    </span>
  );
}
