import type { ReactNode } from 'react';
import { useVirtualRows, type VirtualRowsOf } from './use-virtual-rows.ts';

/** A list of which only what is near the seen is in the page, however long it is. Each row says which one it is, and of how many.
 *  @param isWhole  no more rows are to come */
export function VirtualList<Item>({ label, isWhole, className, rowClass, children, ...rows }: VirtualListProps<Item>) {
  const { list, drawn } = useVirtualRows<Item, HTMLUListElement>(rows);
  return (
    <ul ref={list} aria-label={label} className={className}>
      {drawn.map((each) =>
        each.kind === 'room' ? (
          <li key={each.key} aria-hidden style={{ height: each.px }} />
        ) : (
          <li
            key={each.key}
            ref={each.measure}
            data-index={each.index}
            aria-posinset={each.index + 1}
            aria-setsize={isWhole ? rows.items.length : -1}
            onFocus={each.keep}
            className={rowClass}
          >
            {children(each.item)}
          </li>
        ),
      )}
    </ul>
  );
}
type VirtualListProps<Item> = VirtualRowsOf<Item> & {
  label?: string;
  isWhole: boolean;
  className?: string;
  rowClass?: string;
  children(item: Item): ReactNode;
};
