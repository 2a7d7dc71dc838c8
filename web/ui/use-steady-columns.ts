import { type RefObject, useLayoutEffect, useRef } from 'react';

/** Holds a table's columns as wide as they were before it was on: rows that come into view and leave it would move them.
 *  Their widths are found anew when the table's frame is made wider or narrower.
 *  @param body  of the table, which lies in its frame */
export function useSteadyColumns(body: RefObject<HTMLElement | null>, isOn: boolean): void {
  const before = useRef<Widths>(undefined);
  useLayoutEffect(() => {
    const table = body.current?.closest('table');
    if (table && !isOn) before.current = widthsOf(table);
  });
  useLayoutEffect(() => {
    const table = body.current?.closest('table');
    const frame = table?.parentElement;
    if (!isOn || !table || !frame) return undefined;
    let widths = before.current ?? widthsOf(table);
    hold(table, widths);
    const observer = new ResizeObserver(() => {
      if (frame.clientWidth === widths.frame) return;
      release(table);
      widths = widthsOf(table);
      hold(table, widths);
    });
    observer.observe(frame);
    return () => {
      observer.disconnect();
      release(table);
    };
  }, [body, isOn]);
}

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
