import { type RawBuilder, sql } from 'kysely';
import type { Usage } from '../../contract/events.ts';
import { encodeJson } from '../json.ts';
import type { Schema } from '../schema.ts';
import { type Db, type Script, together } from '../script.ts';
import { statementOfRows } from '../statement-of-rows.ts';
import { countMessages, type DraftEvent, eventBody, nextRev } from './append-events.ts';
import { countDoneTurns } from '../usage/count-usage.ts';
import { settleHeldTurns } from './charge-budgets.ts';
import { type Held, held, heldOf, isHeld } from './held-turn.ts';
import type { AdkEventRow } from './put-adk-events.ts';

export type AppendTurnArgs = {
  turnId: string;
  fence: number;
  events: readonly DraftEvent[];
  adkEvents: readonly AdkEventRow[];
  /** The step that is unfinished after these events. */
  nextStep: number;
  usage: Usage;
  model: string;
  /** Ends the turn with these events. Other than `done` first keeps the text shown so far as a partial message. */
  end?: { state: 'done' } | { state: 'failed' | 'interrupted'; code: string };
  at: string;
};

/** Stores what running turns made, each turn once in the list. Every statement looks at the fences itself and skips the turns whose fence holds no
 *  more, so that nothing is waited for; no turn ends here. The counters of those that go on are left to `raiseHeld`, which comes after it. */
export function* appendToTurns(db: Db, list: readonly AppendTurnArgs[]): Script<void> {
  const events: EventRow[] = [];
  const large: BlobRow[] = [];
  const citations: CitationRow[] = [];
  const done: DoneRow[] = [];
  for (const args of list) {
    const turn = heldOf(args);
    for (const [i, event] of args.events.entries()) {
      const nth = i + 1;
      const { body, bytes, head } = eventBody(event);
      events.push({
        ...turn,
        nth,
        type: event.type,
        step: 'step' in event.payload ? event.payload.step : null,
        payload: head === undefined ? body : encodeJson({ bytes, head }).slice(1),
        is_large: head === undefined ? 0 : 1,
        at: args.at,
      });
      if (head !== undefined) large.push({ ...turn, nth, bytes, body });
      citations.push(...citationsOf(turn, nth, event));
    }
    if (args.end?.state === 'done') done.push({ ...turn, nth: args.events.length + 1, at: args.at });
  }
  yield* insertBlobs.run(db, large);
  yield* insertEvents.run(db, events);
  yield* insertCitations.run(db, citations);
  yield* insertDone.run(db, done);
  yield* putAdkEvents.run(db, list.flatMap(adkRows));
  yield* updateAttempts.run(db, list.filter((args) => isSpent(args) || args.end).map(attemptRow));
  const further = list.filter(({ end }) => end === undefined || end.state === 'done');
  yield* enterSteps.run(
    db,
    further
      .filter(({ nextStep }) => nextStep > 0)
      .map((args) => ({ ...heldOf(args), step: args.nextStep, at: args.at })),
  );
  const { quiet, counted } = raisesOf(list.filter(({ end }) => end));
  yield* raiseAtEnd.run(db, quiet);
  yield* raiseCounters.run(db, counted);
  yield* settleHeldTurns(db, done);
  yield* countDoneTurns(db, done);
}

/** Raises the counters of the sessions whose turns go on, and gives the turns whose fence holds. One statement, where all are alike. */
export function* raiseHeld(db: Db, list: readonly AppendTurnArgs[]): Script<{ turn_id: string }[]> {
  const { without, quiet, counted } = raisesOf(list);
  return (yield* together(raiseSeq.all(db, quiet), raiseCounters.all(db, counted), heldTurns.all(db, without))).flat();
}

/** By what has to be raised: nothing without events, more than the newest `seq` with messages. */
function raisesOf(list: readonly AppendTurnArgs[]): { without: Held[]; quiet: RaiseRow[]; counted: CountRow[] } {
  const raises = { without: [] as Held[], quiet: [] as RaiseRow[], counted: [] as CountRow[] };
  for (const args of list) {
    const turn = heldOf(args);
    const { messages, queries } = countMessages(args.events);
    const events = args.events.length + (args.end?.state === 'done' ? 1 : 0);
    if (messages > 0) raises.counted.push({ ...turn, events, messages, queries, at: args.at });
    else if (events > 0) raises.quiet.push({ ...turn, events });
    else raises.without.push(turn);
  }
  return raises;
}

/** Turns whose fence holds. */
const heldTurns = statementOfRows<Held>(held)((db, { tables, value }) =>
  db
    .selectFrom(['turns as t', ...tables])
    .select('t.turn_id')
    .where(isHeld(value)),
);

/** Ends turns whose fence holds, and gives them. */
export const finishTurns = statementOfRows<Held & { at: string }>({ ...held, at: 'text' })((db, { beside, value }) =>
  beside(db.updateTable('turns as t'))
    .set({ state: 'done', lease_owner: null, lease_boot: null, lease_until_ms: null, updated_at: value.at })
    .where(isHeld(value))
    .returning('turn_id'),
);

type RaiseRow = Held & { events: number };

/** For events that change nothing a list shows: no column that an index has changes, so none is written, and no `rev` is drawn. */
const raiseSeq = statementOfRows<RaiseRow>({ ...held, events: 'bigint' })((db, { tables, value }) =>
  db
    .updateTable('user_sessions as s')
    .from(['turns as t', ...tables])
    .set((eb) => ({ last_seq: eb('s.last_seq', '+', value.events) }))
    .where(isHeld(value))
    .whereRef('s.session_id', '=', 't.session_id')
    .returning(value.turn_id.as('turn_id')),
);

/** For the end of a turn without a message: lists show that nothing runs any more. */
const raiseAtEnd = statementOfRows<RaiseRow>({ ...held, events: 'bigint' })((db, { tables, value, place }) =>
  db
    .updateTable('user_sessions as s')
    .from(['turns as t', ...tables])
    .set((eb) => ({ last_seq: eb('s.last_seq', '+', value.events), rev: revOf(place) }))
    .where(isHeld(value))
    .whereRef('s.session_id', '=', 't.session_id'),
);

type CountRow = RaiseRow & { messages: number; queries: number; at: string };

const raiseCounters = statementOfRows<CountRow>({
  ...held,
  events: 'bigint',
  messages: 'bigint',
  queries: 'bigint',
  at: 'text',
})((db, { tables, value, place }) =>
  db
    .updateTable('user_sessions as s')
    .from(['turns as t', ...tables])
    .set((eb) => ({
      last_seq: eb('s.last_seq', '+', value.events),
      message_count: eb('s.message_count', '+', value.messages),
      user_query_count: eb('s.user_query_count', '+', value.queries),
      rev: revOf(place),
      last_activity: value.at,
    }))
    .where(isHeld(value))
    .whereRef('s.session_id', '=', 't.session_id')
    .returning(value.turn_id.as('turn_id')),
);

const revOf = (place: RawBuilder<number>) => sql<number>`${nextRev} + ${place} - 1`;

type EventRow = Held & {
  /** Its place among the events of the turn's list, from 1. */
  nth: number;
  type: string;
  step: number | null;
  /** Of a large one what follows its blob's id. */
  payload: string;
  is_large: 0 | 1;
  at: string;
};

/** Before the session's counters are raised. SQLite is given every number as a real one. */
const seqOf = (nth: RawBuilder<number>) => sql<number>`cast(s.last_seq + ${nth} as integer)`;
const blobIdOf = (nth: RawBuilder<number>) => sql<string>`t.session_id || ':' || ${seqOf(nth)}`;

const insertEvents = statementOfRows<EventRow>({
  ...held,
  nth: 'bigint',
  type: 'text',
  step: 'bigint',
  payload: 'text',
  is_large: 'bigint',
  at: 'text',
})((db, { tables, value, inOrder }) =>
  db
    .insertInto('session_events')
    .columns(eventColumns)
    .expression((eb) =>
      inOrder(
        eb
          .selectFrom(['turns as t', 'user_sessions as s', ...tables])
          .select([
            't.session_id',
            seqOf(value.nth).as('seq'),
            value.type.as('type'),
            't.turn_id',
            't.attempt',
            value.step.as('step'),
            't.fence',
            sql.lit('agent').as('actor'),
            sql<string>`case ${value.is_large} when 1 then '{"blob_id":"' || ${blobIdOf(value.nth)} || '",' || ${value.payload} else ${value.payload} end`.as(
              'payload',
            ),
            sql<string | null>`case ${value.is_large} when 1 then ${blobIdOf(value.nth)} end`.as('blob_id'),
            value.at.as('at'),
          ])
          .where(isHeld(value))
          .whereRef('s.session_id', '=', 't.session_id'),
      ),
    ),
);

const eventColumns = [
  'session_id',
  'seq',
  'type',
  'turn_id',
  'attempt',
  'step',
  'fence',
  'actor',
  'payload',
  'blob_id',
  'at',
] as const;

type DoneRow = Held & { nth: number; at: string };

/** What says in the log that a turn is done: after its events. */
const insertDone = statementOfRows<DoneRow>({ ...held, nth: 'bigint', at: 'text' })((db, { tables, value, inOrder }) =>
  db
    .insertInto('session_events')
    .columns(eventColumns)
    .expression((eb) =>
      inOrder(
        eb
          .selectFrom(['turns as t', 'user_sessions as s', ...tables])
          .select([
            't.session_id',
            seqOf(value.nth).as('seq'),
            sql.lit('turn_state').as('type'),
            't.turn_id',
            't.attempt',
            sql<null>`null`.as('step'),
            't.fence',
            sql.lit('agent').as('actor'),
            sql<string>`'{"state":"done","attempt":' || t.attempt || '}'`.as('payload'),
            sql<null>`null`.as('blob_id'),
            value.at.as('at'),
          ])
          .where(isHeld(value))
          .whereRef('s.session_id', '=', 't.session_id'),
      ),
    ),
);

type BlobRow = Held & { nth: number; bytes: number; body: string };

const insertBlobs = statementOfRows<BlobRow>({ ...held, nth: 'bigint', bytes: 'bigint', body: 'text' })(
  (db, { tables, value }) =>
    db
      .insertInto('blobs')
      .columns(['blob_id', 'session_id', 'bytes', 'body'])
      .expression((eb) =>
        eb
          .selectFrom(['turns as t', 'user_sessions as s', ...tables])
          .select([blobIdOf(value.nth).as('blob_id'), 't.session_id', value.bytes.as('bytes'), value.body.as('body')])
          .where(isHeld(value))
          .whereRef('s.session_id', '=', 't.session_id'),
      ),
);

type CitationRow = Held & { nth: number } & Omit<Schema['citations'], 'session_id' | 'seq' | 'turn_id'>;

function citationsOf(turn: Held, nth: number, event: DraftEvent): CitationRow[] {
  if (event.type !== 'agent_message') return [];
  return event.payload.citations.map((citation) => ({
    ...turn,
    nth,
    n: citation.n,
    corpus_id: citation.corpus_id,
    document_id: citation.document_id,
    document_version: citation.document_version,
    passage_id: citation.passage_id,
    start_offset: citation.start,
    end_offset: citation.end,
  }));
}

const insertCitations = statementOfRows<CitationRow>({
  ...held,
  nth: 'bigint',
  n: 'bigint',
  corpus_id: 'text',
  document_id: 'text',
  document_version: 'bigint',
  passage_id: 'text',
  start_offset: 'bigint',
  end_offset: 'bigint',
})((db, { tables, value }) =>
  db
    .insertInto('citations')
    .columns([
      'session_id',
      'seq',
      'n',
      'turn_id',
      'corpus_id',
      'document_id',
      'document_version',
      'passage_id',
      'start_offset',
      'end_offset',
    ])
    .expression((eb) =>
      eb
        .selectFrom(['turns as t', 'user_sessions as s', ...tables])
        .select([
          't.session_id',
          seqOf(value.nth).as('seq'),
          value.n.as('n'),
          't.turn_id',
          value.corpus_id.as('corpus_id'),
          value.document_id.as('document_id'),
          value.document_version.as('document_version'),
          value.passage_id.as('passage_id'),
          value.start_offset.as('start_offset'),
          value.end_offset.as('end_offset'),
        ])
        .where(isHeld(value))
        .whereRef('s.session_id', '=', 't.session_id'),
    ),
);

type AdkRow = Held & { event_id: string; event: string };

/** An id that comes twice is one event, as it was last. */
function adkRows(args: AppendTurnArgs): AdkRow[] {
  const byId = new Map(args.adkEvents.map(({ eventId, event }) => [eventId, event]));
  return [...byId].map(([id, event]) => ({ ...heldOf(args), event_id: id, event: encodeJson(event) }));
}

/** Keeps exact ADK events. The same id again replaces the event in its place. */
const putAdkEvents = statementOfRows<AdkRow>({ ...held, event_id: 'text', event: 'text' })(
  (db, { tables, value, place }) =>
    db
      .insertInto('adk_events')
      .columns(['session_id', 'event_id', 'ordinal', 'turn_id', 'event'])
      .expression((eb) =>
        eb
          .selectFrom(['turns as t', ...tables])
          .select([
            't.session_id',
            value.event_id.as('event_id'),
            sql<number>`(select coalesce(max(ordinal), 0) from adk_events as a where a.session_id = t.session_id) + ${place}`.as(
              'ordinal',
            ),
            't.turn_id',
            value.event.as('event'),
          ])
          .where(isHeld(value)),
      )
      .onConflict((conflict) =>
        conflict.columns(['session_id', 'event_id']).doUpdateSet((eb) => ({ event: eb.ref('excluded.event') })),
      ),
);

type AttemptRow = Held & {
  input_tokens: number;
  output_tokens: number;
  model: string;
  ended_at: string | null;
  outcome: string | null;
};

function isSpent({ usage }: AppendTurnArgs): boolean {
  return usage.input_tokens + usage.output_tokens > 0;
}

function attemptRow(args: AppendTurnArgs): AttemptRow {
  const { input_tokens, output_tokens } = args.usage;
  const ended = { ended_at: args.end ? args.at : null, outcome: args.end ? args.end.state : null };
  return { ...heldOf(args), input_tokens, output_tokens, model: args.model, ...ended };
}

const updateAttempts = statementOfRows<AttemptRow>({
  ...held,
  input_tokens: 'bigint',
  output_tokens: 'bigint',
  model: 'text',
  ended_at: 'text',
  outcome: 'text',
})((db, { tables, value }) =>
  db
    .updateTable('turn_attempts as a')
    .from(['turns as t', ...tables])
    .set((eb) => ({
      input_tokens: eb('a.input_tokens', '+', value.input_tokens),
      output_tokens: eb('a.output_tokens', '+', value.output_tokens),
      model: value.model,
      ended_at: value.ended_at,
      outcome: value.outcome,
    }))
    .where(isHeld(value))
    .whereRef('a.turn_id', '=', 't.turn_id')
    .whereRef('a.attempt', '=', 't.attempt'),
);

/** The rows journaled before a step begins are not needed any more. */
const enterSteps = statementOfRows<Held & { step: number; at: string }>({ ...held, step: 'bigint', at: 'text' })(
  (db, { beside, value }) =>
    beside(db.updateTable('turns as t'))
      .set({
        step: value.step,
        journal_from: sql<number>`(select coalesce(max(id), 0) + 1 from turn_journal)`,
        updated_at: value.at,
      })
      .where(isHeld(value))
      .where('t.step', '<', value.step),
);
