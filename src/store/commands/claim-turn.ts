import { type RawBuilder, type Selectable, sql } from 'kysely';
import { command } from '../command.ts';
import { decodeJson } from '../json.ts';
import { type BudgetState, budgetsOf, tokensAreReserved, tokensAreUsedUp } from '../queries/budgets-of-user.ts';
import type { Schema } from '../schema.ts';
import { type Db, first, type Script, statement, together } from '../script.ts';
import { appendEvents, shownText, unfinishedStates } from './append-events.ts';
import { reserveTokens, type TokenReserve } from './charge-budgets.ts';
import { endAttempt } from './end-attempt.ts';
import { endTurnPartially } from './turn-end.ts';

/** A holder's place in time: `nowMs` and `untilMs` are readings of the machine's monotonic clock in the boot `bootId`. */
export type LeaseTime = { instanceId: string; bootId: string; nowMs: number; untilMs: number };

export type ClaimTurnArgs = {
  lease: LeaseTime;
  /** Owners whose presence lock could be taken: they are gone, whatever their lease says. */
  goneInstances: readonly string[];
  maxAttempts: number;
  /** Turns of one author that run at once, in all processes together; while they do, the author's further turns are passed over. */
  maxRunningOfAuthor: number;
  /** What an attempt is reckoned to take of the budgets that are for its turn's author, until it ends and what it took is known. */
  reserve: TokenReserve;
  at: string;
};

export type ClaimedTurn = {
  turnId: string;
  sessionId: string;
  turnNo: number;
  attempt: number;
  fence: number;
  step: number;
  authorUserId: string;
  agentId: string;
  /** Of the agent, or of its session's draft; null for the newest. */
  agentVersion: number | null;
  corpora: string[];
  /** What was already shown of the unfinished step by an earlier attempt. */
  shown: { text: string; cited: number[] };
};

/** Takes the oldest turn that nobody runs: one whose owner is gone first, then one that is queued behind no other.
 *  A turn that used up its attempts becomes `interrupted` with its text kept. One that a budget of tokens has no room for becomes
 *  `failed`; where attempts under way hold the room it waits for them to end. What was begun goes on whatever it takes. Gives undefined when there is none. */
export const claimTurn = command(['log', 'sessions', 'turns'], function* (db: Db, args: ClaimTurnArgs): Script<
  ClaimedTurn | undefined
> {
  const { lease } = args;
  const waitingAuthors: string[] = [];
  for (;;) {
    const { nowMs, bootId } = lease;
    const [lost, queued] = yield* together(
      args.goneInstances.length === 0
        ? expiredTurn.first(db, { nowMs, bootId })
        : first(lostTurns(db, { nowMs, bootId }, args.goneInstances)),
      nextQueued(db, args, waitingAuthors),
    );
    const turn = lost ?? queued;
    if (!turn) return undefined;
    if (turn.state === 'running' && turn.attempt >= args.maxAttempts) {
      yield* endTurnPartially(db, turn, { state: 'interrupted', code: 'too_many_attempts', at: args.at });
      continue;
    }
    let budgets: BudgetState[] | undefined;
    if (turn.attempt === 0) {
      budgets = turn.has_budgets === 0 ? [] : yield* budgetsOf(db, { userId: turn.author_user_id, at: args.at });
      if (budgets.some(tokensAreUsedUp)) {
        yield* endTurnPartially(db, turn, { state: 'failed', code: 'budget_exhausted', at: args.at });
        continue;
      }
      if (budgets.some(tokensAreReserved)) {
        waitingAuthors.push(turn.author_user_id);
        continue;
      }
    }
    const attempt = turn.attempt + 1;
    const fence = turn.fence + 1;
    const shown = turn.attempt > 0 ? yield* shownText(db, turn) : { text: '', attempt: 0, cited: [] };
    yield* takeTurn.run(db, {
      turnId: turn.turn_id,
      attempt,
      fence,
      owner: lease.instanceId,
      boot: lease.bootId,
      untilMs: lease.untilMs,
      at: args.at,
    });
    if (turn.attempt > 0) yield* endAttempt(db, turn, { outcome: 'lost', at: args.at });
    yield* insertAttempt.run(db, {
      turnId: turn.turn_id,
      attempt,
      owner: lease.instanceId,
      at: args.at,
    });
    yield* reserveTokens(db, {
      turnId: turn.turn_id,
      attempt,
      sessionId: turn.session_id,
      // Read anew for an attempt that takes over: what the lost one used is settled by here.
      budgets: budgets ?? (yield* budgetsOf(db, { userId: turn.author_user_id, at: args.at })),
      reserve: args.reserve,
      at: args.at,
    });
    yield* appendEvents(db, {
      sessionId: turn.session_id,
      events: [{ type: 'turn_state', payload: { state: 'running', attempt } }],
      at: args.at,
      actor: 'system',
      mark: { turnId: turn.turn_id, attempt, fence },
      lastSeq: turn.last_seq,
    });
    return {
      turnId: turn.turn_id,
      sessionId: turn.session_id,
      turnNo: turn.turn_no,
      attempt,
      fence,
      step: turn.step,
      authorUserId: turn.author_user_id,
      agentId: turn.agent_id,
      agentVersion: turn.agent_version,
      corpora: decodeJson<string[]>(turn.corpora),
      shown: { text: shown.text, cited: shown.cited },
    };
  }
});

/** Running turns whose holder is gone or let its lease run out, the oldest first. Index: turns_unfinished. */
function lostTurns(
  db: Db,
  now: { nowMs: number | RawBuilder<number>; bootId: string | RawBuilder<string> },
  goneInstances: readonly string[],
) {
  return db
    .selectFrom('turns as t')
    .selectAll()
    .select(beyondTurn)
    .where('state', '=', sql.lit('running'))
    .where('state', 'in', unfinishedStates)
    .where((eb) =>
      eb.or([
        eb('lease_until_ms', '<', now.nowMs),
        eb('lease_boot', '!=', now.bootId),
        ...(goneInstances.length > 0 ? [eb('lease_owner', 'in', [...goneInstances])] : []),
      ]),
    )
    .orderBy('position')
    .limit(1);
}

const expiredTurn = statement<{ nowMs: number; bootId: string }>()((db, slots) => lostTurns(db, slots, []));

/** The turn to begin next, but none of these authors, whose budgets have no room at the moment. */
function* nextQueued(
  db: Db,
  { maxRunningOfAuthor }: { maxRunningOfAuthor: number },
  waitingAuthors: readonly string[],
): Script<TurnRow | undefined> {
  if (waitingAuthors.length === 0) return yield* nextQueuedTurn.first(db, { maxRunningOfAuthor });
  return yield* first(
    queuedTurns(db, maxRunningOfAuthor)
      .where('t.author_user_id', 'not in', [...waitingAuthors])
      // Behind somebody else's that waits in the same session.
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('turns as e')
              .select('e.turn_id')
              .whereRef('e.session_id', '=', 't.session_id')
              .whereRef('e.turn_no', '<', 't.turn_no')
              .where('e.state', '=', 'queued'),
          ),
        ),
      ),
  );
}

type TurnRow = Selectable<Schema['turns']> & { last_seq: number; has_budgets: 0 | 1 };

/** What a claim has to know besides: its session's newest `seq`, and whether there is any budget. */
const beyondTurn = [
  sql<number>`(select s.last_seq from user_sessions as s where s.session_id = t.session_id)`.as('last_seq'),
  sql<0 | 1>`exists (select 1 from budgets as b where b.kind in ('everybody', 'user', 'group'))`.as('has_budgets'),
];

const nextQueuedTurn = statement<{ maxRunningOfAuthor: number }>()((db, slots) =>
  queuedTurns(db, slots.maxRunningOfAuthor),
);

/** The oldest queued turn of a session in which none is under way, and of an author who may have one more run; an earlier one of its
 *  session would stand before it. It looks at the queue up to that turn and once at what runs, both of which are bounded.
 *  Indexes: turns_unfinished, turns_one_at_a_time. */
function queuedTurns(db: Db, maxRunningOfAuthor: number | RawBuilder<number>) {
  return db
    .selectFrom('turns as t')
    .selectAll()
    .select(beyondTurn)
    .where('t.state', '=', sql.lit('queued'))
    .where('t.state', 'in', unfinishedStates)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('turns as o')
            .select('o.turn_id')
            .whereRef('o.session_id', '=', 't.session_id')
            .where('o.state', 'in', [sql.lit('running'), sql.lit('waiting_approval')]),
        ),
      ),
    )
    .where('t.author_user_id', 'not in', (eb) =>
      eb
        .selectFrom('turns as r')
        .select('r.author_user_id')
        .where('r.state', '=', sql.lit('running'))
        .where('r.state', 'in', unfinishedStates)
        .groupBy('r.author_user_id')
        .having((having) => having(having.fn.countAll(), '>=', maxRunningOfAuthor)),
    )
    .orderBy('t.position')
    .limit(1);
}

const takeTurn = statement<{
  turnId: string;
  attempt: number;
  fence: number;
  owner: string;
  boot: string;
  untilMs: number;
  at: string;
}>()((db, slots) =>
  db
    .updateTable('turns')
    .set({
      state: 'running',
      attempt: slots.attempt,
      fence: slots.fence,
      lease_owner: slots.owner,
      lease_boot: slots.boot,
      lease_until_ms: slots.untilMs,
      updated_at: slots.at,
      journal_from: sql<number>`case when attempt = 0 then (select coalesce(max(id), 0) + 1 from turn_journal) else journal_from end`,
    })
    .where('turn_id', '=', slots.turnId),
);

const insertAttempt = statement<{
  turnId: string;
  attempt: number;
  owner: string;
  at: string;
}>()((db, slots) =>
  db.insertInto('turn_attempts').values({
    turn_id: slots.turnId,
    attempt: slots.attempt,
    instance_id: slots.owner,
    started_at: slots.at,
    ended_at: null,
    input_tokens: 0,
    output_tokens: 0,
    model: null,
    outcome: null,
  }),
);
