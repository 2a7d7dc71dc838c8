import type { Clock } from '../../clock.ts';
import {
  dayPlus,
  daysBetween,
  maxUsageDays,
  type ModelPrices,
  modelPrices,
  modelPricesKey,
  type Usage,
  type UsageFigures,
  type UsageQuery,
  type UsageRow,
} from '../../contract/usage.ts';
import { AppError } from '../../errors.ts';
import type { UsageRecord } from '../../store/queries/usage.ts';
import type { Store } from '../../store/store.ts';
import { percentilesOf } from './percentiles.ts';

export type UsagePorts = { store: Store; clock: Clock };

const daysUnasked = 30;
/** Agents, groups or corpora in one answer. */
const maxSubjects = 100;

/** What was used in a range of days, by what was asked.
 *  @throws AppError bad_request for a range that is none or too long, and for more than one thing to narrow it to */
export async function readUsage({ store, clock }: UsagePorts, query: UsageQuery): Promise<Usage> {
  const { from, to, by, of } = rangeOf(query, clock.now());
  const whole = of ? { from, to, kind: of.kind, subjectId: of.id } : { from, to, kind: 'all' as const };
  const range = by === 'day' ? whole : { from, to, kind: by };
  const [listed, summed, since, prices] = await Promise.all([
    store.scan.usageBetween({
      ...range,
      by: by === 'day' ? 'day' : 'subject_id',
      limit: by === 'day' ? maxUsageDays : maxSubjects,
    }),
    store.scan.usageBetween({ ...whole, by: 'nothing', limit: 1 }),
    store.read.usageSince({}),
    readPrices(store),
  ]);
  const names = new Map(listed.names.map(({ id, name }) => [id, name]));
  const figures = figuresByKey(listed, prices);
  const keys = by === 'day' ? daysFrom(from, to) : listed.rows.map(({ key }) => key);
  return {
    from,
    to,
    by,
    of: of ? { ...of, name: listed.names[0]?.name || null } : null,
    since: since ?? null,
    total: figuresByKey(summed, prices)(''),
    rows: keys.map((key): UsageRow => ({ key, name: names.get(key) || null, ...figures(key) })),
    further: by === 'day' ? 0 : listed.total - listed.rows.length,
    models: summed.tokens.map(({ key: _, ...tokens }) => tokens),
    prices: prices ?? null,
  };
}

/** The prices as they are set; undefined before. */
async function readPrices(store: Store): Promise<ModelPrices | undefined> {
  return modelPrices.safeParse(await store.read.setting({ key: modelPricesKey })).data;
}

function rangeOf(query: UsageQuery, now: string) {
  const to = query.to ?? now.slice(0, 'YYYY-MM-DD'.length);
  const from = query.from ?? dayPlus(to, 1 - daysUnasked);
  const days = daysBetween(from, to);
  if (days < 1) throw new AppError('bad_request', { detail: 'The first day is after the last.' });
  if (days > maxUsageDays) throw new AppError('bad_request', { detail: `Ask for at most ${maxUsageDays} days.` });
  const by = query.by ?? 'day';
  const narrowed = (['agent', 'group', 'corpus'] as const).flatMap((kind) => {
    const id = query[`${kind}_id`];
    return id === undefined ? [] : [{ kind, id: id === 'none' ? '' : id }];
  });
  if (narrowed.length > 1 || (narrowed.length === 1 && by !== 'day')) {
    throw new AppError('bad_request', { detail: 'Name one agent, group or corpus, by day.' });
  }
  return { from, to, by, of: narrowed[0] };
}

const daysFrom = (from: string, to: string): string[] =>
  Array.from({ length: daysBetween(from, to) }, (_, i) => dayPlus(from, i));

/** The figures of each key; nothing for a key that nothing was counted for. Pure. */
function figuresByKey(record: UsageRecord, prices: ModelPrices | undefined): (key: string) => UsageFigures {
  const rows = new Map(record.rows.map((each) => [each.key, each]));
  const people = new Map(record.people.map((each) => [each.key, each.people]));
  const tokensOf = Map.groupBy(record.tokens, (each) => each.key);
  const latenciesOf = Map.groupBy(record.latencies, (each) => each.key);
  return (key) => {
    const row = rows.get(key);
    const tokens = tokensOf.get(key) ?? [];
    const latencies = latenciesOf.get(key) ?? [];
    const took = (measure: string) => percentilesOf(latencies.filter((each) => each.measure === measure));
    const turns = row?.turns ?? 0;
    const [answered, stopped] = [row?.answered ?? 0, row?.stopped ?? 0];
    return {
      sessions: row?.sessions ?? 0,
      turns,
      answered,
      failed: turns - answered - stopped,
      stopped,
      unanswered: row?.uncited ?? 0,
      searches: row?.searches ?? 0,
      empty_searches: row?.empty_searches ?? 0,
      liked: row?.liked ?? 0,
      disliked: row?.disliked ?? 0,
      people: people.get(key) ?? 0,
      input_tokens: sum(tokens.map((each) => each.input_tokens)),
      output_tokens: sum(tokens.map((each) => each.output_tokens)),
      ...costOf(tokens, prices),
      first_text_ms: took('first_text'),
      answer_ms: took('answer'),
    };
  };
}

type Tokens = { model: string; input_tokens: number; output_tokens: number };

/** A price for a million tokens is as many millionths for one. Pure. */
function costOf(
  tokens: readonly Tokens[],
  prices: ModelPrices | undefined,
): Pick<UsageFigures, 'cost_micros' | 'unpriced_tokens'> {
  let micros = 0;
  let unpriced = 0;
  let isPriced = false;
  for (const { model, input_tokens, output_tokens } of tokens) {
    const price = prices?.models.find((each) => each.model === model);
    if (price) {
      micros += input_tokens * price.input_per_million + output_tokens * price.output_per_million;
      isPriced = true;
    } else unpriced += input_tokens + output_tokens;
  }
  return { cost_micros: isPriced ? Math.round(micros) : null, unpriced_tokens: unpriced };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
