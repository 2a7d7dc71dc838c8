import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { ChevronRight, Download } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Usage, UsageRow } from '../../../src/contract/usage.ts';
import { usageExportAddress } from '../../api/usage.ts';
import { inRow } from '../../i18n/in-row.ts';
import { rich, t } from '../../i18n/translate.ts';
import { Section } from '../../ui/section.tsx';
import { TableFrame } from '../../ui/table-frame.tsx';
import { ChartCanvas } from './chart-canvas.tsx';
import type { Chart } from './charts.ts';
import { narrowedTo, type UsageSearch } from './usage-search.ts';
import { inUnit, rowName, shortDay } from './usage-words.ts';

/** Bars that lie below each other before the table alone has the rest. */
const maxBars = 15;

const footLook =
  'inline-flex min-h-8 items-center gap-1.5 rounded-lg px-2 text-sm text-muted hover:bg-hover hover:text-ink';

const unseen = (inner: ReactNode) => <span className="sr-only">{inner}</span>;

/** One chart, its table and its file. */
export function ChartSection({ chart, usage, search }: { chart: Chart; usage: Usage; search: UsageSearch }) {
  const { by, prices } = usage;
  const currency = prices?.currency;
  const isLying = by !== 'day';
  const drawnRows = isLying ? usage.rows.slice(0, maxBars) : usage.rows;
  const drawn = chart.columns.filter((column) => column.isDrawn);
  const sums = drawn.map((column) =>
    t('{name}: {value}', { name: column.title, value: inUnit(column.of(usage.total), column.unit, currency) }),
  );
  return (
    <Section title={chart.title} {...(chart.hint !== undefined && { hint: chart.hint })}>
      <div className="rounded-xl border border-line bg-surface p-3">
        <ChartCanvas
          label={t('{chart}. In all: {sums}. The table has the numbers.', {
            chart: chart.title,
            sums: inRow(sums),
          })}
          look={chart.look}
          isLying={isLying}
          unit={chart.unit}
          currency={currency}
          names={drawnRows.map((row) => (by === 'day' ? shortDay(row.key) : rowName(row, by)))}
          series={drawn.map((column) => ({ title: column.title, values: drawnRows.map((row) => column.of(row)) }))}
        />
      </div>
      <div className="relative mt-1">
        <details className="group">
          <summary className={clsx(footLook, 'cursor-pointer list-none')}>
            <ChevronRight
              aria-hidden
              className="size-4 transition-transform group-open:rotate-90 rtl:-scale-x-100 rtl:group-open:-rotate-90"
            />
            {rich('Table<more> of {chart}</more>', { chart: chart.title, more: unseen })}
          </summary>
          <ChartTable chart={chart} usage={usage} search={search} />
        </details>
        <a
          href={usageExportAddress(search, chart.chart)}
          download
          aria-label={t('CSV of {chart}', { chart: chart.title })}
          className={clsx(footLook, 'absolute top-0 end-0')}
        >
          <Download aria-hidden className="size-4" /> CSV
        </a>
      </div>
    </Section>
  );
}

function ChartTable({ chart, usage, search }: { chart: Chart; usage: Usage; search: UsageSearch }) {
  const { by, total, prices, further } = usage;
  const rows = by === 'day' ? usage.rows.toReversed() : usage.rows;
  const cells = (row: Parameters<(typeof chart.columns)[number]['of']>[0]) =>
    chart.columns.map((column) => (
      <td key={column.name} className="text-end whitespace-nowrap tabular-nums">
        {inUnit(column.of(row), column.unit, prices?.currency)}
      </td>
    ));
  return (
    <div className="mt-1 [&>[role=group]]:max-h-96 [&>[role=group]]:overflow-y-auto">
      <TableFrame label={chart.title}>
        <thead className="text-start text-xs whitespace-nowrap text-muted">
          <tr className="border-b border-line *:px-3 *:py-2 *:font-medium">
            <th>{columnOf[by]}</th>
            {chart.columns.map((column) => (
              <th key={column.name} className="text-end">
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr className="border-b border-line font-medium *:px-3 *:py-1.5">
            <th scope="row" className="text-start font-medium">
              {by === 'day' ? t('All days') : t('In all')}
            </th>
            {cells(total)}
          </tr>
          {rows.map((row) => (
            <tr key={row.key} className="border-b border-line last:border-0 *:px-3 *:py-1.5">
              <th scope="row" className="text-start font-normal">
                <RowName row={row} by={by} search={search} />
              </th>
              {cells(row)}
            </tr>
          ))}
        </tbody>
      </TableFrame>
      {further > 0 && (
        <p className="mt-1 px-1 text-sm text-muted">
          {t('And {count, number} more, with fewer turns.', { count: further })}
        </p>
      )}
    </div>
  );
}

const columnOf = { day: t('Day (UTC)'), agent: t('Agent'), group: t('Group'), corpus: t('Corpus') };

function RowName({ row, by, search }: { row: UsageRow; by: Usage['by']; search: UsageSearch }) {
  const name = rowName(row, by);
  if (by === 'day') return <span className="whitespace-nowrap">{name}</span>;
  return (
    <Link
      to="/admin/usage"
      search={narrowedTo(search, by, row.key)}
      className="wrap-anywhere text-accent hover:underline"
    >
      {name}
    </Link>
  );
}
