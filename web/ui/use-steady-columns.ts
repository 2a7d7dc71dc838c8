import { type RefObject, useLayoutEffect, useRef } from 'react';

/** Holds a table's columns as wide as they were with all its rows while only some are drawn: rows that come into view and leave it would move them.
 *  Their widths are found anew when the table's frame is made wider or narrower; whoever comes back to the same rows finds the same.
 *  @param of  the first of all rows; undefined as long as none is drawn */
export function useSteadyColumns(
  body: RefObject<HTMLElement | null>,
  of: object | undefined,
  drawn: 'all' | 'some',
): void {
  const last = useRef<Widths>(undefined);
  const first = useRef<object>(undefined);
  useLayoutEffect(() => {
    first.current = of;
    const table = body.current?.closest('table');
    if (table && of && drawn === 'all') last.current = widthsOf(table);
  });
  const isHeld = of !== undefined && drawn === 'some';
  useLayoutEffect(() => {
    const table = body.current?.closest('table');
    const frame = table?.parentElement;
    if (!isHeld || !table || !frame) return undefined;
    const before = last.current ?? (first.current && found.get(first.current));
    let widths = before?.frame === frame.clientWidth ? before : widthsOf(table);
    const keep = () => {
      last.current = widths;
      if (first.current) found.set(first.current, widths);
      hold(table, widths);
    };
    keep();
    const observer = new ResizeObserver(() => {
      if (frame.clientWidth === widths.frame) return;
      release(table);
      widths = widthsOf(table);
      keep();
    });
    observer.observe(frame);
    return () => {
      observer.disconnect();
      release(table);
    };
  }, [body, isHeld]);
}

/** By the first row. */
const found = new WeakMap<object, Widths>();

/** In pixels. */
type Widths = { frame: number; table: number; columns: number[] };

const headsOf = (table: HTMLTableElement) => [...(table.tHead?.rows[0]?.cells ?? [])];

const widthsOf = (table: HTMLTableElement): Widths => ({
  frame: table.parentElement?.clientWidth ?? 0,
  table: table.getBoundingClientRect().width,
  columns: headsOf(table).map((head) => head.getBoundingClientRect().width),
});

function hold(table: HTMLTableElement, widths: Widths): void {
  for (const [index, head] of headsOf(table).entries()) head.style.width = `${widths.columns[index]}px`;
  table.style.minWidth = `${widths.table}px`;
  table.style.tableLayout = 'fixed';
}

function release(table: HTMLTableElement): void {
  for (const head of headsOf(table)) head.style.width = '';
  table.style.minWidth = '';
  table.style.tableLayout = '';
}
