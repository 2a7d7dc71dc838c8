import type { Element, ElementContent } from 'hast';
import type { ReactNode } from 'react';
import { t } from '../i18n/translate.ts';
import { textOf } from './text-of.ts';

/** A table whose columns stay as wide as its head and its first row want them, whatever is written under those: rows that stream in move nothing.
 *  One that is wider than the page scrolls inside itself.
 *  @param isWhole  no more of it is to come; else it is only drawn once it has its first row */
export function SteadyTable({ node, isWhole, children }: { node: Element; isWhole: boolean; children: ReactNode }) {
  const rows = rowsOf(node);
  if (!isWhole && rows.length < 3)
    return <p className="table-room text-sm text-muted">{t('A table is being written…')}</p>;
  const widths = columnWidths(rows.slice(0, 2));
  const least = widths.reduce((sum, width) => sum + Math.min(width, 13), 0);
  return (
    <div
      className="max-w-full overflow-x-auto print:overflow-visible"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a table wider than the page must scroll by keyboard too
      tabIndex={0}
      role="group"
      aria-label={t('Table')}
    >
      <table className="steady-table" style={{ minWidth: `min(${least}ch, 400ch)` }}>
        <colgroup>
          {widths.map((width, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
            <col key={index} style={{ width: `${width}ch` }} />
          ))}
        </colgroup>
        {children}
      </table>
    </div>
  );
}

/** Widths in characters, of the longest cell of each column within bounds. */
function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: columns }, (_, index) =>
    Math.min(40, Math.max(12, ...rows.map((row) => (row[index] ?? '').length + 3))),
  );
}

function rowsOf(node: ElementContent): string[][] {
  if (node.type !== 'element') return [];
  if (node.tagName !== 'tr') return node.children.flatMap(rowsOf);
  return [node.children.flatMap((cell) => (cell.type === 'element' ? [textOf(cell)] : []))];
}
