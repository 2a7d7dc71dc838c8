import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type RefCallback, type RefObject, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';

/** Rows drawn beyond either end of what is seen: more than one turn of the wheel. */
const beyond = 12;

/** On a page of its own, up to so many rows are all drawn: the browser's own search finds what is in them. */
export const drawnWhole = 200;

/** A row that is drawn, or the room of those that are not. */
type Drawn<Item> =
  | {
      kind: 'row';
      key: string;
      index: number;
      item: Item;
      measure: RefCallback<HTMLElement>;
      /** On its focus. */
      keep(): void;
    }
  | { kind: 'room'; key: string; px: number };

/** Which rows of a long list are in the page: those near what its pane shows, and the one that had the focus last with its neighbours, so that the
 *  keyboard goes on from there and a dialog of it stays, wherever the pane is scrolled. The pane is the nearest `data-pane` around the list, which scrolls; its first child
 *  holds all that does. Rooms and rows lie in the flow of the page, so the browser itself holds in place what is seen when rows come and go above.
 *  @param rowPx  how high a row is about, until it is drawn and measured
 *  @param allUpTo  up to so many rows are all drawn */
export function useVirtualRows<Item, List extends HTMLElement>({
  items,
  keyOf,
  rowPx,
  allUpTo = 0,
}: VirtualRowsOf<Item>): {
  list: RefObject<List | null>;
  drawn: Drawn<Item>[];
} {
  const list = useRef<List>(null);
  const [top, setTop] = useState(0);
  const [kept, setKept] = useState<string>();
  const keptAt = useMemo(
    () => (kept === undefined ? -1 : items.findIndex((item) => keyOf(item) === kept)),
    [items, keyOf, kept],
  );
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoizes here
  const virtualizer = useVirtualizer<Element, HTMLElement>({
    count: items.length,
    getScrollElement: () => paneOf(list.current),
    estimateSize: () => rowPx,
    getItemKey: useCallback(
      (index: number) => {
        const item = items[index];
        return item === undefined ? index : keyOf(item);
      },
      [items, keyOf],
    ),
    overscan: beyond,
    rangeExtractor: (range) =>
      range.count <= allUpTo
        ? [...Array(range.count).keys()]
        : withKept(defaultRangeExtractor(range), keptAt, range.count),
    scrollMargin: top,
  });
  // The browser does.
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = never;

  useLayoutEffect(() => {
    const pane = paneOf(list.current);
    const look = () => {
      if (list.current && pane) setTop(Math.round(placeIn(pane, list.current)));
    };
    look();
    if (!pane?.firstElementChild) return undefined;
    const observer = new ResizeObserver(look);
    observer.observe(pane.firstElementChild);
    return () => observer.disconnect();
  }, []);

  const drawn: Drawn<Item>[] = [];
  let end = top;
  for (const { index, key, start, end: rowEnd } of virtualizer.getVirtualItems()) {
    const item = items[index];
    if (item === undefined) continue;
    if (start > end) drawn.push({ kind: 'room', key: `before ${key}`, px: start - end });
    const name = String(key);
    drawn.push({ kind: 'row', key: name, index, item, measure: virtualizer.measureElement, keep: () => setKept(name) });
    end = rowEnd;
  }
  const rest = top + virtualizer.getTotalSize() - end;
  if (rest > 0) drawn.push({ kind: 'room', key: 'after', px: rest });
  return { list, drawn };
}

export type VirtualRowsOf<Item> = {
  items: readonly Item[];
  /** Must be the same function at each draw. */
  keyOf(item: Item): string;
  rowPx: number;
  allUpTo?: number;
};

const never = () => false;
const paneOf = (list: Element | null): Element | null => list?.closest('[data-pane]') ?? null;
const placeIn = (pane: Element, element: Element) =>
  element.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;

function withKept(near: number[], at: number, count: number): number[] {
  if (at < 0) return near;
  const others = [at - 1, at, at + 1].filter((index) => index >= 0 && index < count && !near.includes(index));
  return others.length === 0 ? near : [...near, ...others].toSorted((a, b) => a - b);
}
