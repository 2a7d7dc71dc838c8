import { clsx } from 'clsx';
import { useEffect, useRef, useState } from 'react';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/states.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Pane } from './pane.tsx';
import type { ReadTable, TableRow } from './read-tables.ts';

const rowsAtOnce = 200;

/** What was read of a sheet as a table again, with the rows of the asked range marked. */
export function TablePane({ tables, range }: TablePaneProps) {
  const { start, end } = range;
  const isAsked = (row: TableRow) => start !== undefined && end !== undefined && row.start < end && row.end > start;
  const firstAsked = tables.flatMap(({ rows }) => rows).find(isAsked);
  const asked = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (firstAsked) asked.current?.scrollIntoView({ block: 'center' });
  }, [firstAsked]);
  return (
    <Pane label={t('As a table')} bar={<span>{t('What was read, as a table')}</span>}>
      {tables.length === 0 && <Empty title={t('No table was found in what was read.')} />}
      <div className="space-y-6 p-4">
        {tables.map((table, index) => (
          <SheetTable
            // Two sheets may have one name: the place is the identity.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={index}
            table={table}
            isAsked={isAsked}
            firstAsked={firstAsked}
            askedRef={asked}
          />
        ))}
      </div>
    </Pane>
  );
}
type TablePaneProps = {
  tables: readonly ReadTable[];
  range: { start?: number | undefined; end?: number | undefined };
};

type SheetTableProps = {
  table: ReadTable;
  isAsked(row: TableRow): boolean;
  firstAsked: TableRow | undefined;
  askedRef: React.Ref<HTMLTableRowElement>;
};

function SheetTable({ table: { title, columns, rows }, isAsked, firstAsked, askedRef }: SheetTableProps) {
  const [more, setMore] = useState(0);
  const place = firstAsked ? rows.indexOf(firstAsked) : -1;
  const shown = rows.slice(0, Math.max(rowsAtOnce, place + rowsAtOnce / 2) + more);
  const width = Math.max(columns.length, 1);
  return (
    <div>
      {title !== '' && <h2 className="mb-2 text-sm font-semibold">{title}</h2>}
      <TableFrame label={title === '' ? t('Table') : title}>
        {columns.length > 0 && (
          <thead className="text-start text-xs text-muted">
            <tr className="border-b border-line *:px-3 *:py-1.5 *:font-medium">
              <th>{t('Row')}</th>
              {columns.map((column) => (
                <th key={column}>{column}</th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {shown.map((row) => (
            <tr
              key={row.start}
              ref={row === firstAsked ? askedRef : undefined}
              className={clsx(
                'border-b border-line align-top last:border-0 *:px-3 *:py-1.5',
                isAsked(row) && 'bg-mark',
              )}
            >
              <th scope="row" className="text-start text-xs font-normal text-muted tabular-nums">
                {row.number}
              </th>
              {row.isNamed || columns.length === 0 ? (
                row.cells.map((cell, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a cell is known by its column
                  <td key={column} className="wrap-anywhere">
                    {cell}
                  </td>
                ))
              ) : (
                <td colSpan={width} className="wrap-anywhere">
                  {row.cells.join(' | ')}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </TableFrame>
      {shown.length < rows.length && (
        <Button className="mt-3" onClick={() => setMore(more + rowsAtOnce)}>
          {t('Show more')}
        </Button>
      )}
    </div>
  );
}
