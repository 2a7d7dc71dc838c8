import type { ReactNode } from 'react';
import { useSteadyColumns } from './use-steady-columns.ts';
import { drawnWhole, useVirtualRows, type VirtualRowsOf } from './use-virtual-rows.ts';

/** The body of a table that grows: of more than two hundred rows only those near what is seen are in the page. Each row says which one it is; the table's frame
 *  is told how many there are. */
export function VirtualTableRows<Item extends object>({
  items,
  keyOf,
  rowPx,
  rowClass,
  children,
}: VirtualTableRowsProps<Item>) {
  const { list, drawn } = useVirtualRows<Item, HTMLTableSectionElement>({ items, keyOf, rowPx, allUpTo: drawnWhole });
  // At its very first draw a table has no row yet, and no widths worth holding.
  const first = drawn.some(({ kind }) => kind === 'row') ? items[0] : undefined;
  useSteadyColumns(list, first, items.length > drawnWhole ? 'some' : 'all');
  return (
    <tbody ref={list}>
      {drawn.map((each) =>
        each.kind === 'room' ? (
          <tr key={each.key} aria-hidden>
            <td style={{ height: each.px, padding: 0 }} />
          </tr>
        ) : (
          <tr
            key={each.key}
            ref={each.measure}
            data-index={each.index}
            aria-rowindex={each.index + rowOfFirst}
            onFocus={each.keep}
            className={rowClass}
          >
            {children(each.item)}
          </tr>
        ),
      )}
    </tbody>
  );
}
type VirtualTableRowsProps<Item> = Omit<VirtualRowsOf<Item>, 'allUpTo'> & {
  rowClass: string;
  children(item: Item): ReactNode;
};

/** Rows of a table are counted from one, and its head is one. */
const rowOfFirst = 2;

/** How many rows a table has, as assistive technology counts them; -1 while more are to come. */
export const rowCount = (rows: number, isWhole: boolean): number => (isWhole ? rows + 1 : -1);
