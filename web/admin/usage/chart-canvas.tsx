import type { Chart as Drawn, ChartConfiguration } from 'chart.js';
import { useEffect, useRef } from 'react';
import { t } from '../../i18n/translate.ts';
import { inUnit, type Unit } from './usage-words.ts';
import { useIsDark } from './use-is-dark.ts';

export type Series = { title: string; values: readonly (number | null)[] };

type CanvasProps = {
  /** What somebody is told who does not see it. */
  label: string;
  look: 'bars' | 'lines';
  /** Names beside bars that lie; without it days below what stands. */
  isLying: boolean;
  names: readonly string[];
  series: readonly Series[];
  unit: Unit;
  currency?: string | undefined;
};

/** One chart, drawn anew when the theme changes. Its numbers stand in the table beside it. */
export function ChartCanvas({ label, ...drawn }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDark = useIsDark();
  const text = JSON.stringify([isDark, drawn]);
  useEffect(() => {
    let chart: Drawn | undefined;
    let isGone = false;
    const [, asked] = JSON.parse(text) as [boolean, Omit<CanvasProps, 'label'>];
    const draw = async () => {
      const { drawChart } = await import('./draw-chart.ts');
      if (!isGone && canvas.current) chart = drawChart(canvas.current, configOf(asked));
    };
    void draw();
    return () => {
      isGone = true;
      chart?.destroy();
    };
  }, [text]);
  const height = drawn.isLying ? `${3 + drawn.names.length * 1.75}rem` : '15rem';
  return (
    <div className="relative w-full" style={{ height }}>
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  );
}

/** Of the page's theme; each tells itself from those beside it by more than its hue. */
const colours = ['--accent', '--code-number', '--code-title', '--muted'];

function configOf({ look, isLying, names, series, unit, currency }: Omit<CanvasProps, 'label'>): ChartConfiguration {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const isRtl = document.documentElement.dir === 'rtl';
  const isLines = look === 'lines' && !isLying;
  const measured = {
    beginAtZero: true,
    stacked: look === 'bars',
    grid: { color: colour('--line') },
    border: { display: false },
    ticks: {
      color: colour('--muted'),
      maxTicksLimit: 6,
      ...(unit === 'count' && { precision: 0 }),
      callback: (value: string | number) => inUnit(Number(value), unit, currency),
    },
  };
  const named = {
    stacked: look === 'bars',
    grid: { display: false },
    ticks: { color: colour('--muted'), autoSkip: !isLying, maxRotation: 0, autoSkipPadding: 16 },
  };
  return {
    type: isLines ? 'line' : 'bar',
    data: {
      labels: [...names],
      datasets: series.map(({ title, values }, i) => ({
        label: title,
        data: [...values],
        backgroundColor: colour(colours[i] ?? '--muted'),
        borderColor: colour(colours[i] ?? '--muted'),
        ...(isLines
          ? { borderWidth: 2, borderDash: i === 0 ? [] : [2 + i * 3, 3], pointRadius: 2 }
          : { maxBarThickness: 28 }),
      })),
    },
    options: {
      indexAxis: isLying ? 'y' : 'x',
      maintainAspectRatio: false,
      animation: false,
      interaction: { mode: 'index', axis: isLying ? 'y' : 'x', intersect: false },
      scales: {
        x: { ...(isLying ? measured : named), reverse: isRtl },
        y: { ...(isLying ? named : measured), position: isRtl ? 'right' : 'left' },
      },
      plugins: {
        legend: {
          display: series.length > 1,
          align: isRtl ? 'end' : 'start',
          rtl: isRtl,
          labels: { color: colour('--ink'), boxWidth: 12, boxHeight: 12 },
        },
        tooltip: {
          rtl: isRtl,
          callbacks: {
            label: ({ dataset, parsed }) =>
              t('{name}: {value}', {
                name: dataset.label ?? '',
                value: inUnit(isLying ? parsed.x : parsed.y, unit, currency),
              }),
          },
        },
      },
    },
  };
}
