import { chartColumns, type UsageChart, type UsageColumn } from '../../../src/contract/usage.ts';
import { t } from '../../i18n/translate.ts';
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
    { title: t('Half within') },
    { title: t('9 of 10 within') },
    { title: t('99 of 100 within') },
    { title: t('Measured'), unit: 'count', isDrawn: false },
  ],
};

const told: Readonly<Record<UsageChart, Told>> = {
  turns: {
    title: t('Turns'),
    hint: t('Questions that are over, by how they ended.'),
    columns: [{ title: t('Answered') }, { title: t('Failed') }, { title: t('Stopped') }],
  },
  sessions: { title: t('Sessions begun'), hint: t('With their first question.'), columns: [{ title: t('Sessions') }] },
  people: {
    title: t('Active people'),
    hint: t('Who asked something, each once in a row.'),
    columns: [{ title: t('People') }],
  },
  tokens: {
    title: t('Tokens'),
    hint: t('As the model’s provider counts them; what broke off is estimated.'),
    columns: [{ title: t('Read', {}, 'tokens') }, { title: t('Written', {}, 'tokens') }],
  },
  cost: {
    title: t('Cost'),
    hint: t('Tokens at the prices that are set now.'),
    unit: 'money',
    columns: [{ title: t('Cost') }, { title: t('Tokens without a price'), unit: 'count', isDrawn: false }],
  },
  first_text: {
    title: t('Time to the first words'),
    hint: t('From the question on, waiting included; rounded up by at most a tenth.'),
    ...took,
  },
  answer: {
    title: t('Time to the whole answer'),
    hint: t('From the question on, waiting included; rounded up by at most a tenth.'),
    ...took,
  },
  feedback: {
    title: t('Feedback'),
    hint: t('What people think of answers, on the day they asked.'),
    columns: [{ title: t('Good') }, { title: t('Bad') }],
  },
  unanswered: {
    title: t('Unanswered questions'),
    hint: t('Answers that cite nothing: the documents held none, or a question needed none.'),
    columns: [{ title: t('Without a citation') }, { title: t('All answers'), isDrawn: false }],
  },
  searches: {
    title: t('Failed searches'),
    hint: t('Searches of agents, for answers that were given, that found nothing.'),
    columns: [{ title: t('All searches'), isDrawn: false }, { title: t('Found nothing') }],
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
