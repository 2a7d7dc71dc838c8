import { chartColumns, type UsageChart, type UsageColumn } from '../../../src/contract/usage.ts';
import type { Unit } from './usage-words.ts';

/** A chart of the page: what it shows of each row, and what its table says beside. */
export type Chart = {
  chart: UsageChart;
  title: string;
  hint?: string;
  unit: Unit;
  /** Bars stand on each other; lines are for what cannot be added up. */
  look: 'bars' | 'lines';
  columns: readonly (UsageColumn & { title: string; unit: Unit; isDrawn: boolean })[];
};

type Column = { title: string; unit?: Unit; isDrawn?: false };
type Told = Omit<Chart, 'chart' | 'unit' | 'look' | 'columns'> & {
  unit?: Unit;
  look?: Chart['look'];
  /** In the order of `chartColumns`. */
  columns: readonly Column[];
};

const took: Pick<Told, 'unit' | 'look' | 'columns'> = {
  unit: 'ms',
  look: 'lines',
  columns: [
    { title: 'Half within' },
    { title: '9 of 10 within' },
    { title: '99 of 100 within' },
    { title: 'Measured', unit: 'count', isDrawn: false },
  ],
};

const told: Readonly<Record<UsageChart, Told>> = {
  turns: {
    title: 'Turns',
    hint: 'Questions that are over, by how they ended.',
    columns: [{ title: 'Answered' }, { title: 'Failed' }, { title: 'Stopped' }],
  },
  sessions: { title: 'Sessions begun', hint: 'With their first question.', columns: [{ title: 'Sessions' }] },
  people: { title: 'Active people', hint: 'Who asked something, each once in a row.', columns: [{ title: 'People' }] },
  tokens: {
    title: 'Tokens',
    hint: 'As the model’s provider counts them; what broke off is estimated.',
    columns: [{ title: 'Read' }, { title: 'Written' }],
  },
  cost: {
    title: 'Cost',
    hint: 'Tokens at the prices that are set now.',
    unit: 'money',
    columns: [{ title: 'Cost' }, { title: 'Tokens without a price', unit: 'count', isDrawn: false }],
  },
  first_text: {
    title: 'Time to the first words',
    hint: 'From the question on, waiting included; rounded up by at most a tenth.',
    ...took,
  },
  answer: {
    title: 'Time to the whole answer',
    hint: 'From the question on, waiting included; rounded up by at most a tenth.',
    ...took,
  },
  feedback: {
    title: 'Feedback',
    hint: 'What people think of answers, on the day they asked.',
    columns: [{ title: 'Good' }, { title: 'Bad' }],
  },
  unanswered: {
    title: 'Unanswered questions',
    hint: 'Answers that cite nothing: the documents held none, or a question needed none.',
    columns: [{ title: 'Without a citation' }, { title: 'All answers', isDrawn: false }],
  },
  searches: {
    title: 'Failed searches',
    hint: 'Searches of agents, for answers that were given, that found nothing.',
    columns: [{ title: 'All searches', isDrawn: false }, { title: 'Found nothing' }],
  },
};

/** Every chart, in the order of the page. */
export const charts: readonly Chart[] = (Object.keys(told) as UsageChart[]).map((chart) => {
  const { columns, unit = 'count', look = 'bars', ...words } = told[chart];
  const named = chartColumns[chart].flatMap((column, i) => {
    const { title, unit: own = unit, isDrawn = true } = columns[i] ?? { title: column.name };
    return [{ ...column, title, unit: own, isDrawn }];
  });
  return { chart, ...words, unit, look, columns: named };
});
