import { z } from 'zod';

/** What the rows of an answer are. */
export const usageBy = z.enum(['day', 'agent', 'group', 'corpus']);
export type UsageBy = z.infer<typeof usageBy>;

export const maxUsageDays = 366;
const dayMs = 86_400_000;
/** How many days both ends make, both in it. Pure. */
export const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / dayMs + 1;
/** Pure. */
export const dayPlus = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 'YYYY-MM-DD'.length);

const day = z.iso.date().meta({ description: 'A day in UTC', example: '2026-11-26' });
/** An id, or `none`: of turns that have none. */
const subject = z.string().min(1).max(200);
export const usageQuery = z.strictObject({
  /** The first day; by default 30 days up to `to`. */
  from: day.optional(),
  /** The last day; by default today. */
  to: day.optional(),
  by: usageBy.optional(),
  /** Of one alone, by day. */
  agent_id: subject.optional(),
  group_id: subject.optional(),
  corpus_id: subject.optional(),
});
export type UsageQuery = z.infer<typeof usageQuery>;

const count = z.int().min(0);
/** Milliseconds that half, nine in ten and 99 in a hundred took at most: at most a tenth more than it was. */
const percentiles = z.strictObject({ turns: count, p50: count, p90: count, p99: count });
export type Percentiles = z.infer<typeof percentiles>;

export const usageFigures = z.strictObject({
  /** Begun with their first message. */
  sessions: count,
  /** That are over; then how they ended. */
  turns: count,
  answered: count,
  failed: count,
  stopped: count,
  /** Answered without citing anything. */
  unanswered: count,
  /** Of the agents, in documents; then those that found nothing. */
  searches: count,
  empty_searches: count,
  liked: count,
  disliked: count,
  /** Who asked something. */
  people: count,
  input_tokens: count,
  output_tokens: count,
  /** Millionths of the currency, at the prices as they are set; null where no token has a price. */
  cost_micros: count.nullable(),
  /** Tokens of models without a price: they are not in the cost. */
  unpriced_tokens: count,
  /** From the message to the first words; null where there are none. */
  first_text_ms: percentiles.nullable(),
  /** From the message to the whole answer. */
  answer_ms: percentiles.nullable(),
});
export type UsageFigures = z.infer<typeof usageFigures>;

export const usageRow = z.strictObject({
  /** The day, or the id; empty where there is none. */
  key: z.string(),
  /** Null for a day, and for what has no name any more. */
  name: z.string().nullable(),
  ...usageFigures.shape,
});
export type UsageRow = z.infer<typeof usageRow>;

const price = z.number().min(0).max(1_000_000);
const modelPrice = z.strictObject({
  /** Its label, as turns have it. */
  model: z.string().min(1).max(200),
  input_per_million: price,
  output_per_million: price,
});
export type ModelPrice = z.infer<typeof modelPrice>;
export const modelPrices = z.strictObject({
  /** ISO 4217. */
  currency: z.string().regex(/^[A-Z]{3}$/, 'Use a code of three letters, such as EUR.'),
  models: z
    .array(modelPrice)
    .max(200)
    .refine((models) => new Set(models.map(({ model }) => model)).size === models.length, 'Name each model once.'),
});
export type ModelPrices = z.infer<typeof modelPrices>;
/** The setting that holds them. */
export const modelPricesKey = 'usage.model_prices';

export const usageReport = z.strictObject({
  from: day,
  to: day,
  by: usageBy,
  /** What it is narrowed to; null for everything. */
  of: z.strictObject({ kind: usageBy, id: z.string(), name: z.string().nullable() }).nullable(),
  /** The first day that anything was counted on; null before. */
  since: day.nullable(),
  total: usageFigures,
  /** Every day of the range, the oldest first; or those with the most turns first. */
  rows: z.array(usageRow),
  /** Agents, groups or corpora beyond those in `rows`. */
  further: count,
  /** Of the whole range, by model. */
  models: z.array(z.strictObject({ model: z.string(), input_tokens: count, output_tokens: count })),
  prices: modelPrices.nullable(),
});
export type Usage = z.infer<typeof usageReport>;

/** What can be taken out as a file; each is a chart of the page. */
export const usageChart = z.enum([
  'turns',
  'sessions',
  'people',
  'tokens',
  'cost',
  'first_text',
  'answer',
  'feedback',
  'unanswered',
  'searches',
]);
export type UsageChart = z.infer<typeof usageChart>;
export const usageExportQuery = usageQuery.extend({ chart: usageChart });

/** The columns of a chart's table: what each cell is of a row. Pure, for the page and the file alike. */
export const chartColumns: Readonly<Record<UsageChart, readonly UsageColumn[]>> = {
  turns: [plain('answered'), plain('failed'), plain('stopped')],
  sessions: [plain('sessions')],
  people: [plain('people')],
  tokens: [plain('input_tokens'), plain('output_tokens')],
  cost: [plain('cost_micros'), plain('unpriced_tokens')],
  first_text: latency('first_text_ms'),
  answer: latency('answer_ms'),
  feedback: [plain('liked'), plain('disliked')],
  unanswered: [plain('unanswered'), plain('answered')],
  searches: [plain('searches'), plain('empty_searches')],
};

export type UsageColumn = { name: string; of(row: UsageFigures): number | null };

function plain(name: Exclude<keyof UsageFigures, 'first_text_ms' | 'answer_ms'>): UsageColumn {
  return { name, of: (row) => row[name] };
}

function latency(measure: 'first_text_ms' | 'answer_ms'): UsageColumn[] {
  return (['p50', 'p90', 'p99', 'turns'] as const).map((name) => ({
    name: name === 'turns' ? name : `${name}_ms`,
    of: (row) => row[measure]?.[name] ?? null,
  }));
}
