import { hasHeld, type Measure, type Tally } from './attack.ts';

export type Row = { name: string; id: string; seed: number; tally: Tally };

const columns = ['attack', 'rounds', 'faults injected', 'acknowledged', 'lost', 'doubled', 'verdict'] as const;

/** The table of a run: attack, rounds, faults injected, acknowledged, lost, doubled, verdict; below it what was measured, and what broke. */
export function renderTable(rows: readonly Row[]): string {
  const cells = rows.map(({ name, id, tally }) => [
    `${id} ${name}`,
    ...[tally.rounds, tally.faults, tally.acknowledged, tally.lost, tally.doubled].map(String),
    hasHeld(tally) ? 'held' : 'BROKEN',
  ]);
  const widths = columns.map((column, i) => Math.max(column.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [
    line(columns),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...cells.map(line),
    '',
    ...rows.flatMap((row) => details(row)),
  ].join('\n');
}

/** One attack in a line, with its measures and breaches below.
 *  @param slack  by which bounds of time may be exceeded */
export function describeTally(row: Row, slack: number): string {
  const { name, id, seed, tally } = row;
  const { rounds, faults, acknowledged, lost, doubled } = tally;
  const counts = `${rounds} rounds, ${faults} faults, ${acknowledged} acknowledged, ${lost} lost, ${doubled} doubled`;
  return [
    `${id} ${name} (seed ${seed}): ${counts}: ${hasHeld(tally, slack) ? 'held' : 'BROKEN'}`,
    ...details(row, slack),
  ].join('\n');
}

const shownBreaches = 20;

function details({ name, seed, tally }: Row, slack = 1): string[] {
  const { measures, breaches } = tally;
  const more = breaches.length - shownBreaches;
  return [
    ...measures.map((measure) => `${name}: ${describeMeasure(measure)}`),
    ...breaches.slice(0, shownBreaches).map((breach) => `${name}: ${breach}`),
    ...(more > 0 ? [`${name}: and ${more} more`] : []),
    ...(hasHeld(tally, slack) ? [] : [`${name}: seed ${seed} makes this run again`]),
  ];
}

function describeMeasure({ what, value, unit, atMost }: Measure): string {
  const bound = atMost === undefined ? '' : ` (at most ${atMost})`;
  return `${what}: ${Math.round(value * 100) / 100} ${unit}${bound}`;
}
