import * as fc from 'fast-check';
import { expect } from 'vitest';
import { byServer } from '../../contract/audit.ts';
import { latencyEdgesMs } from '../../contract/latency-buckets.ts';
import { dayPlus } from '../../contract/usage.ts';
import { newId } from '../../ids.ts';
import type { DraftEvent } from '../commands/append-events.ts';
import type { UsageKind, UsageRecord } from '../queries/usage.ts';
import { type UsageMonth, usageKinds } from '../queries/usage-months.ts';
import type { Store } from '../store.ts';
import { agentId, answer, GivenLog } from './given-log.ts';
import type { Row } from './row.ts';

/** Sums a month up as the server does. */
export async function sumMonth(store: Store, month: UsageMonth, rowsAtOnce = 2): Promise<void> {
  for (;;) {
    const { unnumbered, rows, turns } = await store.scan.usageMonth(month);
    await store.write.numberPeople({ userIds: unnumbered });
    if (unnumbered.length > 0) continue;
    const summingId = newId();
    for (let at = 0; at === 0 || at < rows.length; at += rowsAtOnce) {
      const place = { isFirst: at === 0, isLast: at + rowsAtOnce >= rows.length };
      const some = rows.slice(at, at + rowsAtOnce);
      expect(await store.write.storeUsageMonth({ ...month, summingId, turns, rows: some, ...place })).toBe('stored');
    }
    return;
  }
}

/** A turn as it was asked, and what became of it. */
type Asked = {
  day: string;
  author: number;
  corpora: readonly number[];
  tokens: number;
  tookMs: number;
  liked: boolean;
};

/** People in groups of their own and in one of all; each has sessions, of which some are erased. */
class World {
  readonly #given: GivenLog;
  readonly #year: number;
  readonly asked: Asked[] = [];
  readonly corpora = [newId(), newId(), newId()];
  readonly people: { userId: string; groups: string[]; sessionId: string }[] = [];
  readonly #turns = new Map<string, string[]>();

  constructor(given: GivenLog, year: number) {
    this.#given = given;
    this.#year = year;
  }

  async fill(): Promise<void> {
    const shared = await this.#group();
    for (let i = 0; i < 4; i++) {
      const owner = await this.#given.owned();
      const groups = i % 2 === 0 ? [shared, await this.#group()] : [shared];
      for (const groupId of groups) {
        await this.#given.store.write.addGroupMembers({ groupId, userIds: [owner.userId], ...this.#change });
      }
      this.people.push({ ...owner, groups });
    }
  }

  /** @param day  of the first 400 */
  dayOf(day: number): string {
    return dayPlus(`${this.#year}-01-01`, day);
  }

  async ask({ day, author, corpora, tokens, tookMs, liked }: Omit<Asked, 'day'> & { day: number }): Promise<void> {
    const person = this.people[author];
    if (!person) throw new Error('nobody asks');
    const askedAt = `${this.dayOf(day)}T12:00:00.000Z`;
    await this.#given.accept(person, { at: askedAt });
    const turn = await this.#given.claim();
    if (!turn) throw new Error('there was no turn to claim');
    await this.#given.append(turn, {
      events: [citing(corpora.map((each) => this.corpora[each] ?? ''))],
      usage: { input_tokens: tokens, output_tokens: 0 },
      nextStep: 1,
      end: { state: 'done' },
      at: new Date(Date.parse(askedAt) + tookMs).toISOString(),
    });
    this.#turns.set(person.sessionId, [...(this.#turns.get(person.sessionId) ?? []), turn.turnId]);
    this.asked.push({ day: this.dayOf(day), author, corpora, tokens, tookMs, liked: false });
    if (liked) await this.like(author);
  }

  /** The first answer to a person that nobody likes yet. */
  async like(author: number): Promise<void> {
    const person = this.people[author];
    const ofTheirs = this.asked.filter((each) => each.author === author);
    const turnIds = this.#turns.get(person?.sessionId ?? '') ?? [];
    // Of erased sessions nothing can be liked.
    const stored = ofTheirs.slice(ofTheirs.length - turnIds.length);
    const at = stored.findIndex((each) => !each.liked);
    const [turnId, turn] = [turnIds[at], stored[at]];
    if (!person || turnId === undefined || !turn) return;
    await this.#given.store.write.putFeedback({ ...person, turnId, rating: 'up', reason: '', ...this.#change });
    turn.liked = true;
  }

  async erase(author: number): Promise<void> {
    const person = this.people[author];
    if (!person) return;
    await this.#given.erase(person.sessionId);
    person.sessionId = await this.#given.session(person.userId);
  }

  /** What of it counts for a subject. */
  of(kind: UsageKind, subjectId: string): Asked[] {
    return this.asked.filter(({ author, corpora }) => {
      if (kind === 'all') return true;
      if (kind === 'agent') return subjectId === agentId;
      if (kind === 'group') return this.people[author]?.groups.includes(subjectId);
      return corpora.length === 0 ? subjectId === '' : corpora.some((each) => this.corpora[each] === subjectId);
    });
  }

  subjects(kind: UsageKind): string[] {
    if (kind === 'all') return [''];
    if (kind === 'agent') return [agentId];
    if (kind === 'corpus') return ['', ...this.corpora];
    return [...new Set(this.people.flatMap(({ groups }) => groups))];
  }

  readonly #change = { at: '2026-11-28T00:00:00.000Z', by: byServer };

  async #group(): Promise<string> {
    const groupId = newId();
    await this.#given.store.write.createGroup({ groupId, name: groupId, ...this.#change });
    return groupId;
  }
}

function citing(corpora: readonly string[]): DraftEvent {
  const message = answer('Quoted');
  if (message.type !== 'agent_message') throw new Error('an answer is one');
  const place = { document_id: 'document', document_version: 1, document_title: 'Title', passage_id: 'passage' };
  const citations = corpora.map((corpusId, i) => {
    return { n: i + 1, corpus_id: corpusId, corpus_name: 'C', ...place, start: 0, end: 1, quote: 'Q', score: 1 };
  });
  return { ...message, payload: { ...message.payload, citations } };
}

/** What those turns add up to, counted anew. */
function added(turns: readonly Asked[]) {
  const buckets = new Map<number, number>();
  for (const { tookMs } of turns) {
    const bucket = latencyEdgesMs.findIndex((edge) => tookMs <= edge);
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
  }
  return {
    turns: turns.length,
    liked: turns.filter(({ liked }) => liked).length,
    tokens: turns.reduce((sum, { tokens }) => sum + tokens, 0),
    people: new Set(turns.map(({ author }) => author)).size,
    buckets: [...buckets].toSorted(([a], [b]) => a - b),
  };
}

/** The same of what the store says for one key. */
function found(record: UsageRecord, key: string): ReturnType<typeof added> {
  const row = record.rows.find((each) => each.key === key);
  const latencies = record.latencies.filter((each) => each.key === key && each.measure === 'answer');
  const tokens = record.tokens.filter((each) => each.key === key);
  return {
    turns: row?.turns ?? 0,
    liked: row?.liked ?? 0,
    tokens: tokens.reduce((sum, each) => sum + each.input_tokens + each.output_tokens, 0),
    people: record.people.find((each) => each.key === key)?.people ?? 0,
    buckets: latencies.map(({ bucket, turns }) => [bucket, turns] as [number, number]).toSorted(([a], [b]) => a - b),
  };
}

const author = fc.nat({ max: 3 });
const day = fc.nat({ max: 399 });
const kind = fc.constantFrom(...usageKinds);
const ask = fc.record({
  do: fc.constant('ask' as const),
  day,
  author,
  corpora: fc.uniqueArray(fc.nat({ max: 2 }), { maxLength: 2 }),
  tokens: fc.integer({ min: 1, max: 1_000 }),
  tookMs: fc.integer({ min: 1, max: 9_999 }),
  liked: fc.boolean(),
});
const step = fc.oneof(
  { weight: 6, arbitrary: ask },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('like' as const), author }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('erase' as const), author }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('sum up' as const), kind, day }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('look' as const), kind, day, days: fc.nat({ max: 365 }) }) },
);

/** No other row asks anything in these years, and each run has its own. */
let nextYear = 2200;

async function take(store: Store, world: World, each: typeof step extends fc.Arbitrary<infer S> ? S : never) {
  if (each.do === 'ask') return await world.ask(each);
  if (each.do === 'like') return await world.like(each.author);
  if (each.do === 'erase') return await world.erase(each.author);
  if (each.do === 'sum up') {
    return await sumMonth(store, { kind: each.kind, month: world.dayOf(each.day).slice(0, 'YYYY-MM'.length) });
  }
  await look(store, world, each.kind, world.dayOf(each.day), world.dayOf(each.day + each.days));
}

async function look(store: Store, world: World, kind: UsageKind, from: string, to: string): Promise<void> {
  const range = { kind, from, to, limit: 100 } as const;
  const within = (turns: readonly Asked[]) => turns.filter((turn) => turn.day >= from && turn.day <= to);
  const listed = await store.scan.usageBetween({ ...range, by: 'subject_id' });
  const subjects = world.subjects(kind);
  const used = subjects.filter((id) => within(world.of(kind, id)).length > 0);
  expect(listed.rows.map(({ key }) => key).toSorted()).toEqual(used.toSorted());
  for (const subjectId of subjects) {
    const wanted = added(within(world.of(kind, subjectId)));
    expect(found(listed, subjectId), `${kind} ${subjectId}, ${from} to ${to}`).toEqual(wanted);
    const summed = await store.scan.usageBetween({ ...range, subjectId, by: 'nothing' });
    expect(found(summed, ''), `${kind} ${subjectId} alone, ${from} to ${to}`).toEqual(wanted);
  }
}

/** What every store promises of use that is read from sums of months. */
export const usageMonthRows: readonly Row[] = [
  {
    title: 'whatever is asked, liked, erased and summed up in whatever order, use is what a count over all turns gives',
    timeoutMs: 120_000,
    async run({ given, opened: { store } }) {
      const runs = fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60 }), async (steps) => {
        const world = new World(given, nextYear++);
        await world.fill();
        nextYear++;
        for (const each of steps) await take(store, world, each);
        for (const each of usageKinds) await look(store, world, each, world.dayOf(0), world.dayOf(365));
        for (let month = 0; month < 13; month++) {
          for (const each of usageKinds) {
            await sumMonth(store, { kind: each, month: world.dayOf(month * 31).slice(0, 'YYYY-MM'.length) });
          }
        }
        for (const each of usageKinds) {
          await look(store, world, each, world.dayOf(0), world.dayOf(364));
          await look(store, world, each, world.dayOf(17), world.dayOf(381));
        }
      });
      await fc.assert(runs, { numRuns: 3 });
    },
  },
  {
    title:
      'a month that is over and not summed up is named, the newest first, and again once a turn more is counted in it',
    async run({ another }) {
      const { store } = await another();
      const world = new World(new GivenLog(store), 2031);
      await world.fill();
      const turn = { author: 0, corpora: [0], tokens: 1, tookMs: 1, liked: false };
      const next = (before: string) => store.scan.usageMonthToSum({ before });
      expect(await next('2040-01')).toBeUndefined();
      await world.ask({ ...turn, day: 0 });
      await world.ask({ ...turn, day: 40 });
      expect(await next('2031-01')).toBeUndefined();
      const summed: string[] = [];
      for (let month = await next('2031-03'); month; month = await next('2031-03')) {
        summed.push(`${month.month} ${month.kind}`);
        await sumMonth(store, month);
      }
      expect(summed).toEqual(['2031-02', '2031-01'].flatMap((month) => usageKinds.map((each) => `${month} ${each}`)));
      await world.ask({ ...turn, day: 1 });
      expect(await next('2031-03')).toEqual({ kind: 'all', month: '2031-01' });
      await look(store, world, 'all', '2031-01-01', '2031-02-28');
    },
  },
  {
    title: 'of two who sum up one month the later one is stored, and half of a month is not read',
    async run({ another }) {
      const { store } = await another();
      const world = new World(new GivenLog(store), 2031);
      await world.fill();
      for (const corpora of [[0], [1], []]) {
        await world.ask({ day: 3, author: 0, corpora, tokens: 1, tookMs: 1, liked: false });
      }
      const month = { kind: 'corpus', month: '2031-01' } as const;
      await sumMonth(store, month);
      const { rows, turns } = await store.scan.usageMonth(month);
      const wrong = rows.map((row) => ({ ...row, sums: '{"tokens":[],"latencies":[],"people":""}' }));
      const put = (summingId: string, place: { isFirst: boolean; isLast: boolean }, some = wrong) =>
        store.write.storeUsageMonth({ ...month, summingId, turns, rows: some, ...place });
      const seen = () => look(store, world, 'corpus', '2031-01-01', '2031-01-31');
      expect(await put('one', { isFirst: true, isLast: false }, wrong.slice(0, 1))).toBe('stored');
      await seen();
      await sumMonth(store, month);
      expect(await put('one', { isFirst: false, isLast: true }, wrong.slice(1))).toBe('moved');
      await seen();
      await put('two', { isFirst: true, isLast: true });
      await expect(seen()).rejects.toThrow('corpus');
    },
  },
];
