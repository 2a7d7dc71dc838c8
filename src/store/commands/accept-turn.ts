import { type RawBuilder, sql } from 'kysely';
import { everyoneGroupId } from '../../contract/access.ts';
import { benchAgentId } from '../../contract/agents.ts';
import type { TurnState } from '../../contract/events.ts';
import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import { type BudgetState, budgetsOf, usedUp } from '../queries/budgets-of-user.ts';
import type { Schema } from '../schema.ts';
import { type Db, type Script, statement, together } from '../script.ts';
import { appendEvents, unfinishedStates } from './append-events.ts';
import { chargeTurn } from './charge-budgets.ts';
import { findGroup } from './groups.ts';
import { type MisplacedTurn, placeTurn } from './place-turn.ts';
import { type AdkEventRow, putAdkEvents } from './put-adk-events.ts';
import type { Change } from './record-audit.ts';

export type AcceptTurnArgs = {
  turnId: string;
  sessionId: string;
  authorUserId: string;
  clientTurnId: string;
  /** Over everything the client sent but the id: the same id with another hash is refused. */
  requestHash: string;
  text: string;
  corpora: readonly string[];
  /** A turn of the branch it goes on with; null for the newest, or where it replaces a turn. */
  parentTurnId: string | null;
  replacesTurnId: string | null;
  /** The title taken from the message, should nobody have named the session. */
  title: string;
  /** Whether the author may have drafts of agents answer, where the session is one of the test bench. Absent: no. */
  mayTestDrafts?: boolean;
  adkEvent: AdkEventRow;
  maxQueuedInSession: number;
  maxQueuedOfAuthor: number;
  /** Of everybody together. */
  maxQueued: number;
} & Change;

export type AcceptTurnResult =
  | { outcome: 'accepted' | 'repeated'; turnId: string; seq: number; state: TurnState }
  | { outcome: 'not_found' | 'inactive' | 'agent_unavailable' | 'id_reused' | MisplacedTurn | FullQueue }
  | { outcome: 'budget_exhausted'; budget: UsedUpBudget };

/** A budget that has no room for one more turn; of a group, its name. */
export type UsedUpBudget = { groupName: string | null; unit: 'turns' | 'tokens'; perDay: number };

/** Whose queue has no room for one more turn: the session's, the author's, or the store's. */
type FullQueue = 'session_queue_full' | 'author_queue_full' | 'store_queue_full';

/** Stores a message once: the event, its queued turn, counters, title and ADK's own event, or nothing. */
export const acceptTurn = command(
  ['log', 'sessions', 'turns'],
  function* (db: Db, args: AcceptTurnArgs): Script<AcceptTurnResult> {
    const [session, earlier, queued, budgets] = yield* together(
      sessionToWrite.first(db, { sessionId: args.sessionId, userId: args.authorUserId }),
      turnOfClient.first(db, {
        sessionId: args.sessionId,
        userId: args.authorUserId,
        clientTurnId: args.clientTurnId,
      }),
      together(countQueued.first(db, { sessionId: args.sessionId }), countAllQueued.first(db, {})),
      budgetsOf(db, { userId: args.authorUserId, at: args.at }),
    );
    if (!session) return { outcome: 'not_found' };
    if (earlier) {
      if (earlier.request_hash !== args.requestHash) return { outcome: 'id_reused' };
      const state = earlier.state as TurnState;
      return { outcome: 'repeated', turnId: earlier.turn_id, seq: earlier.message_seq, state };
    }
    if (session.is_active === 0) return { outcome: 'inactive' };
    const draftVersion = args.mayTestDrafts === true ? session.draft_version : null;
    const agentVersion = session.agent_id === null ? draftVersion : session.agent_version;
    if (agentVersion === null) return { outcome: 'agent_unavailable' };
    const place = yield* placeTurn(db, { ...args, newestTurnId: session.newest_turn_id });
    if (typeof place === 'string') return { outcome: place };
    const [inSession, inAll] = queued.map((row) => row?.count ?? 0);
    const full = yield* fullQueue(db, args, { inSession: inSession ?? 0, inAll: inAll ?? 0 });
    if (full) return { outcome: full };
    const exhausted = yield* usedUpBudget(db, budgets);
    if (exhausted) return { outcome: 'budget_exhausted', budget: exhausted };

    const turnNo = session.last_turn_no + 1;
    const seq = session.last_seq + 1;
    yield* insertQueuedTurn.run(db, {
      turn_id: args.turnId,
      session_id: args.sessionId,
      turn_no: turnNo,
      parent_turn_id: place.parentTurnId,
      replaces_turn_id: args.replacesTurnId,
      author_user_id: args.authorUserId,
      client_turn_id: args.clientTurnId,
      request_hash: args.requestHash,
      agent_id: session.active_agent_id,
      agent_version: agentVersion,
      corpora: encodeJson(args.corpora),
      message_seq: seq,
      created_at: args.at,
    });
    const takesTitle = session.title_is_set === 0 && turnNo === 1;
    yield* setTurnNo.run(db, { sessionId: args.sessionId, turnNo, title: takesTitle ? args.title : null });
    yield* appendEvents(db, {
      sessionId: args.sessionId,
      events: [
        {
          type: 'user_message',
          payload: {
            client_turn_id: args.clientTurnId,
            author_user_id: args.authorUserId,
            text: args.text,
            corpora: [...args.corpora],
            parent_turn_id: place.parentTurnId,
            replaces_turn_id: args.replacesTurnId,
          },
        },
        { type: 'turn_state', payload: { state: 'queued', attempt: 0 } },
      ],
      at: args.at,
      actor: args.authorUserId,
      mark: { turnId: args.turnId, attempt: 0, fence: 0 },
      lastSeq: session.last_seq,
    });
    yield* putAdkEvents(db, { sessionId: args.sessionId, turnId: args.turnId, events: [args.adkEvent] });
    if (session.level !== 'owner') {
      yield* noteAuthor.run(db, { sessionId: args.sessionId, userId: args.authorUserId });
    }
    yield* chargeTurn(db, { turnId: args.turnId, budgets, at: args.at });
    return { outcome: 'accepted', turnId: args.turnId, seq, state: 'queued' };
  },
);

/** `agent_id` is null unless the session's agent is there, active, and granted to the author at this moment: the rule of `agentAccess`. */
const sessionToWrite = statement<{ sessionId: string; userId: string }>()((db, slots) =>
  db
    .selectFrom('user_sessions as s')
    .innerJoin('session_members as m', (join) =>
      join.onRef('m.session_id', '=', 's.session_id').on('m.user_id', '=', slots.userId),
    )
    .leftJoin('agents as a', (join) =>
      join
        .onRef('a.id', '=', 's.active_agent_id')
        .on('a.is_active', '=', 1)
        .on((eb) =>
          eb.exists(
            eb
              .selectFrom('grants as g')
              .innerJoin('group_members as gm', 'gm.group_id', 'g.group_id')
              .select('g.group_id')
              .where('gm.user_id', '=', slots.userId)
              .where('g.object_kind', '=', sql.lit('agent'))
              .whereRef('g.object_id', '=', 'a.id')
              .where('g.level', '=', sql.lit('use')),
          ),
        ),
    )
    .leftJoin('turns as t', (join) =>
      join.onRef('t.session_id', '=', 's.session_id').onRef('t.turn_no', '=', 's.last_turn_no'),
    )
    .select([
      's.is_active',
      's.active_agent_id',
      's.last_turn_no',
      's.last_seq',
      's.title_is_set',
      'a.id as agent_id',
      'a.version as agent_version',
      draftVersion,
      't.turn_id as newest_turn_id',
      'm.level',
    ])
    .where('s.session_id', '=', slots.sessionId)
    .where('s.deleted_at', 'is', null)
    .where('m.level', 'in', ['owner', 'write']),
);

/** Of a session of the test bench, whose agent is never active. */
const draftVersion = sql<number | null>`case when s.active_agent_id = ${sql.lit(benchAgentId)}
  then (select max(d.version) from agent_drafts as d where d.session_id = s.session_id) end`.as('draft_version');

const noteAuthor = statement<{ sessionId: string; userId: string }>()((db, slots) =>
  db
    .insertInto('session_authors')
    .values({ session_id: slots.sessionId, user_id: slots.userId })
    .onConflict((conflict) => conflict.columns(['user_id', 'session_id']).doNothing()),
);

const turnOfClient = statement<{ sessionId: string; userId: string; clientTurnId: string }>()((db, slots) =>
  db
    .selectFrom('turns')
    .select(['turn_id', 'request_hash', 'message_seq', 'state'])
    .where('session_id', '=', slots.sessionId)
    .where('author_user_id', '=', slots.userId)
    .where('client_turn_id', '=', slots.clientTurnId),
);

function* fullQueue(
  db: Db,
  args: AcceptTurnArgs,
  { inSession, inAll }: { inSession: number; inAll: number },
): Script<FullQueue | undefined> {
  if (inSession >= args.maxQueuedInSession) return 'session_queue_full';
  if (inAll >= args.maxQueued) return 'store_queue_full';
  if (inAll < args.maxQueuedOfAuthor) return undefined;
  const ofAuthor = yield* countQueuedOfAuthor.first(db, { userId: args.authorUserId });
  return (ofAuthor?.count ?? 0) >= args.maxQueuedOfAuthor ? 'author_queue_full' : undefined;
}

function* usedUpBudget(db: Db, budgets: readonly BudgetState[]): Script<UsedUpBudget | undefined> {
  for (const budget of budgets) {
    const unit = usedUp(budget);
    if (!unit) continue;
    const perDay = (unit === 'turns' ? budget.turnsPerDay : budget.tokensPerDay) ?? 0;
    const group = budget.kind === 'group' ? yield* findGroup(db, budget.subjectId) : undefined;
    return { groupName: group?.name ?? null, unit, perDay };
  }
  return undefined;
}

/** Reads the index turns_unfinished alone; the queue it counts is bounded by this count. */
const countAllQueued = statement<Record<string, never>>()((db) =>
  db
    .selectFrom('turns')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', '=', sql.lit('queued'))
    .where('state', 'in', unfinishedStates),
);

/** Looks at every queued turn, so it is asked only when there are enough of them for the answer to matter. */
const countQueuedOfAuthor = statement<{ userId: string }>()((db, slots) =>
  db
    .selectFrom('turns')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', '=', sql.lit('queued'))
    .where('state', 'in', unfinishedStates)
    .where('author_user_id', '=', slots.userId),
);

/** Turns run in order, so none before the newest that ever ran is queued: the count does not grow with a session's finished turns. */
const countQueued = statement<{ sessionId: string }>()((db, slots) =>
  db
    .selectFrom('turns')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('session_id', '=', slots.sessionId)
    .where('state', '=', 'queued')
    .where('turn_no', '>', (eb) =>
      eb
        .selectFrom('turns as ran')
        .select((ran) => ran.fn.coalesce(ran.fn.max('ran.turn_no'), sql.lit(0)).as('turn_no'))
        .where('ran.session_id', '=', slots.sessionId)
        .where('ran.attempt', '>', 0),
    ),
);

const insertQueuedTurn = statement<
  Pick<
    Schema['turns'],
    | 'turn_id'
    | 'session_id'
    | 'turn_no'
    | 'parent_turn_id'
    | 'replaces_turn_id'
    | 'author_user_id'
    | 'client_turn_id'
    | 'request_hash'
    | 'agent_id'
    | 'agent_version'
    | 'corpora'
    | 'message_seq'
    | 'created_at'
  >
>()((db, slots) =>
  db.insertInto('turns').values({
    turn_id: slots.turn_id,
    session_id: slots.session_id,
    turn_no: slots.turn_no,
    parent_turn_id: slots.parent_turn_id,
    replaces_turn_id: slots.replaces_turn_id,
    author_user_id: slots.author_user_id,
    client_turn_id: slots.client_turn_id,
    request_hash: slots.request_hash,
    agent_id: slots.agent_id,
    agent_version: slots.agent_version,
    corpora: slots.corpora,
    state: 'queued',
    code: null,
    attempt: 0,
    fence: 0,
    step: 0,
    lease_owner: null,
    lease_boot: null,
    lease_until_ms: null,
    journal_from: 0,
    message_seq: slots.message_seq,
    created_at: slots.created_at,
    updated_at: slots.created_at,
    usage_groups: groupsOf(slots.author_user_id),
  }),
);

/** The groups of whoever asks, for the counts of use. Everybody is in the one of everybody. */
const groupsOf = (userId: RawBuilder<string>) =>
  sql<string>`(select coalesce(string_agg(m.group_id, ','), '') from group_members as m
    where m.user_id = ${userId} and m.group_id <> ${sql.lit(everyoneGroupId)})`;

const setTurnNo = statement<{ sessionId: string; turnNo: number; title: string | null }>()((db, slots) =>
  db
    .updateTable('user_sessions')
    .set((eb) => ({ last_turn_no: slots.turnNo, title: eb.fn.coalesce(slots.title, 'title') }))
    .where('session_id', '=', slots.sessionId),
);
