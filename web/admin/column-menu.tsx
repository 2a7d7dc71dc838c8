import { Columns3 } from 'lucide-react';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { Menu, MenuCheck, MenuLabel } from '../ui/menu.tsx';
import { columnWords, type OptionalColumn, optionalColumns } from './session-columns.ts';

/** Chooses what of each session is shown. */
export function ColumnMenu({ columns, onChange }: ColumnMenuProps) {
  const toggle = (column: OptionalColumn) => {
    const next = new Set(columns);
    if (!next.delete(column)) next.add(column);
    onChange(next);
  };
  return (
    <Menu
      trigger={
        <Button>
          <Columns3 aria-hidden className="size-4" /> {t('Columns')}
        </Button>
      }
    >
      <MenuLabel>{t('Shown in this browser')}</MenuLabel>
      {optionalColumns.map((column) => (
        <MenuCheck key={column} on={columns.has(column)} onToggle={() => toggle(column)}>
          {columnWords[column]}
        </MenuCheck>
      ))}
    </Menu>
  );
}

type ColumnMenuProps = {
  columns: ReadonlySet<OptionalColumn>;
  onChange(columns: ReadonlySet<OptionalColumn>): void;
};
