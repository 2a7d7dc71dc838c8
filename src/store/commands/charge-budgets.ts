import { type SqlBool, sql } from 'kysely';
import { budgetDay } from '../../contract/budgets.ts';
import type { BudgetState } from '../queries/budgets-of-user.ts';
import { type Db, type Script, statement } from '../script.ts';
import { statementOfRows } from '../statement-of-rows.ts';
import { type Held, held, isHeld } from './held-turn.ts';

/** Counts an accepted turn in every budget that is for its author, once and for all. */
export function* chargeTurn(
  db: Db,
  args: { turnId: string; budgets: readonly BudgetState[]; at: string },
): Script<void> {
  for (const { kind, subjectId } of args.budgets) {
    yield* charge(db, { turnId: args.turnId, attempt: 0, kind, subjectId, at: args.at, turns: 1, reservedTokens: 0 });
  }
}

/** Reserves what an attempt may use in every budget that is for its turn's author: what the session has stored for the model and room for
 *  an answer, at most a window, and never more than a budget has left. */
export function* reserveTokens(
  db: Db,
  args: {
    turnId: string;
    attempt: number;
    sessionId: string;
    budgets: readonly BudgetState[];
    reserve: TokenReserve;
    at: string;
  },
): Script<void> {
  if (args.budgets.length === 0) return;
  const context = yield* contextChars.first(db, { sessionId: args.sessionId, events: contextEvents });
  const estimate = Math.min(
    args.reserve.windowTokens,
    Math.ceil((context?.chars ?? 0) / charsPerToken) + args.reserve.answerTokens,
  );
  for (const budget of args.budgets) {
    const { kind, subjectId, tokensPerDay, tokens, reservedTokens } = budget;
    const left = tokensPerDay === null ? estimate : Math.max(1, tokensPerDay - tokens - reservedTokens);
    const { turnId, attempt, at } = args;
    yield* charge(db, { turnId, attempt, kind, subjectId, at, turns: 0, reservedTokens: Math.min(estimate, left) });
  }
}

/** What one model call takes at most, and what beside the conversation it is reckoned to take: instructions, passages found, the answer. */
export type TokenReserve = { windowTokens: number; answerTokens: number };

/** JSON of events, and English prose too, has about 4 characters a token. */
const charsPerToken = 4;
/** More events of a session than a window holds are not looked at. */
const contextEvents = 200;

const contextChars = statement<{ sessionId: string; events: number }>()((db, slots) =>
  db
    .selectFrom((of) =>
      of
        .selectFrom('adk_events')
        .select(sql<number>`length(event)`.as('chars'))
        .where('session_id', '=', slots.sessionId)
        .orderBy('ordinal', 'desc')
        .limit(slots.events)
        .as('newest'),
    )
    .select((eb) => eb.fn.coalesce(eb.fn.sum<number>('chars'), sql.lit(0)).as('chars')),
);

/** What a call that broke off was given to read, in tokens: what the session has stored for the model, at most what was reserved for the
 *  attempt. 0 where no budget waits for it. */
export function* estimatedInput(
  db: Db,
  attempt: { turnId: string; attempt: number; sessionId: string },
): Script<number> {
  const charges = yield* openCharges.all(db, { turnId: attempt.turnId, attempt: attempt.attempt });
  if (charges.length === 0) return 0;
  const context = yield* contextChars.first(db, { sessionId: attempt.sessionId, events: contextEvents });
  const reserved = Math.max(...charges.map((charge) => charge.reserved_tokens));
  return Math.min(reserved, Math.ceil((context?.chars ?? 0) / charsPerToken));
}

/** Puts what an ended attempt used in the place of what was reserved for it. Nothing happens for one that was charged to nobody. */
export function* settleTokens(db: Db, attempt: { turnId: string; attempt: number }): Script<void> {
  const charges = yield* openCharges.all(db, attempt);
  for (const { kind, subject_id: subjectId, day, reserved_tokens: reserved, used } of charges) {
    yield* closeCharge.run(db, { ...attempt, kind, subjectId, used });
    yield* count.run(db, { day, kind, subjectId, turns: 0, tokens: used, reserved: -reserved });
  }
}

const openCharges = statement<{ turnId: string; attempt: number }>()((db, slots) =>
  db
    .selectFrom('budget_charges as c')
    .innerJoin('turn_attempts as a', (join) =>
      join.onRef('a.turn_id', '=', 'c.turn_id').onRef('a.attempt', '=', 'c.attempt'),
    )
    .select(['c.kind', 'c.subject_id', 'c.day', 'c.reserved_tokens'])
    .select(sql<number>`a.input_tokens + a.output_tokens`.as('used'))
    .where('c.turn_id', '=', slots.turnId)
    .where('c.attempt', '=', slots.attempt)
    .where('c.reserved_tokens', '>', sql.lit(0)),
);

const closeCharge = statement<{ turnId: string; attempt: number; kind: string; subjectId: string; used: number }>()(
  (db, slots) =>
    db
      .updateTable('budget_charges')
      .set({ tokens: slots.used, reserved_tokens: 0 })
      .where('turn_id', '=', slots.turnId)
      .where('attempt', '=', slots.attempt)
      .where('kind', '=', slots.kind)
      .where('subject_id', '=', slots.subjectId),
);

/** The same of turns that end now, if their fence holds. */
export function* settleHeldTurns(db: Db, turns: readonly Held[]): Script<void> {
  yield* countUsed.run(db, turns);
  yield* closeCharges.run(db, turns);
}

const countUsed = statementOfRows<Held>(held)((db, { tables, value }) =>
  db
    .insertInto('budget_usage')
    .columns(['day', 'kind', 'subject_id', 'turns', 'tokens', 'reserved_tokens'])
    .expression((eb) =>
      eb
        .selectFrom(['turns as t', 'budget_charges as c', 'turn_attempts as a', ...tables])
        .select(['c.day', 'c.kind', 'c.subject_id', sql.lit(0).as('turns')])
        .select(sql<number>`sum(a.input_tokens + a.output_tokens)`.as('tokens'))
        .select(sql<number>`-sum(c.reserved_tokens)`.as('reserved_tokens'))
        .where(isHeld(value))
        .where(isOpenCharge)
        .groupBy(['c.day', 'c.kind', 'c.subject_id']),
    )
    .onConflict((conflict) =>
      conflict.columns(['day', 'kind', 'subject_id']).doUpdateSet((eb) => ({
        tokens: eb('budget_usage.tokens', '+', eb.ref('excluded.tokens')),
        reserved_tokens: eb('budget_usage.reserved_tokens', '+', eb.ref('excluded.reserved_tokens')),
      })),
    ),
);

/** Of the attempt that ends, with what it used. */
const isOpenCharge = sql<SqlBool>`c.turn_id = t.turn_id and c.attempt = t.attempt and c.reserved_tokens > 0
  and a.turn_id = t.turn_id and a.attempt = t.attempt`;

const closeCharges = statementOfRows<Held>(held)((db, { tables, value }) =>
  db
    .updateTable('budget_charges as c')
    .from(['turns as t', 'turn_attempts as a', ...tables])
    .set({ tokens: sql<number>`a.input_tokens + a.output_tokens`, reserved_tokens: 0 })
    .where(isHeld(value))
    .where(isOpenCharge),
);

type Charge = {
  turnId: string;
  attempt: number;
  kind: string;
  subjectId: string;
  at: string;
  turns: number;
  reservedTokens: number;
};

function* charge(db: Db, { at, reservedTokens: reserved, ...rest }: Charge): Script<void> {
  const day = budgetDay(at);
  yield* insertCharge.run(db, { ...rest, day, reserved });
  const { kind, subjectId, turns } = rest;
  yield* count.run(db, { day, kind, subjectId, turns, tokens: 0, reserved });
}

const insertCharge = statement<{
  turnId: string;
  attempt: number;
  kind: string;
  subjectId: string;
  day: string;
  turns: number;
  reserved: number;
}>()((db, slots) =>
  db.insertInto('budget_charges').values({
    turn_id: slots.turnId,
    attempt: slots.attempt,
    kind: slots.kind,
    subject_id: slots.subjectId,
    day: slots.day,
    turns: slots.turns,
    tokens: 0,
    reserved_tokens: slots.reserved,
  }),
);

const count = statement<{
  day: string;
  kind: string;
  subjectId: string;
  turns: number;
  tokens: number;
  reserved: number;
}>()((db, slots) =>
  db
    .insertInto('budget_usage')
    .values({
      day: slots.day,
      kind: slots.kind,
      subject_id: slots.subjectId,
      turns: slots.turns,
      tokens: slots.tokens,
      reserved_tokens: slots.reserved,
    })
    .onConflict((conflict) =>
      conflict.columns(['day', 'kind', 'subject_id']).doUpdateSet((eb) => ({
        turns: eb('budget_usage.turns', '+', slots.turns),
        tokens: eb('budget_usage.tokens', '+', slots.tokens),
        reserved_tokens: eb('budget_usage.reserved_tokens', '+', slots.reserved),
      })),
    ),
);
