import type { Clock } from '../clock.ts';
import type { AdminSessionFacts, AdminTurn, AdminTurns } from '../contract/admin-session.ts';
import type { TurnState } from '../contract/events.ts';
import { AppError } from '../errors.ts';
import type { TurnFacts } from '../store/queries/session-facts.ts';
import type { Store } from '../store/store.ts';
import { toAdminRow } from './session-list.ts';

type Ports = { store: Store; clock: Clock };

const defaultLimit = 50;

/** @throws AppError not_found */
export async function readSessionFacts({ store, clock }: Ports, sessionId: string): Promise<AdminSessionFacts> {
  const as_of = clock.now();
  const [facts, held] = await Promise.all([
    store.scan.sessionFacts({ sessionId }),
    store.read.heldAmong({ sessionIds: [sessionId] }),
  ]);
  if (!facts) throw new AppError('not_found');
  const { record } = facts;
  const corpusIds = JSON.parse(record.corpora) as string[];
  const nameOf = (id: string) => facts.corpora.find((corpus) => corpus.id === id)?.name ?? null;
  return {
    as_of,
    session: toAdminRow(record),
    archived: record.archived === 1,
    pinned: record.pinned === 1,
    deleted_at: record.deleted_at,
    is_held: held.length > 0,
    origin: facts.origin,
    corpora: corpusIds.length === 0 ? null : corpusIds.map((id) => ({ id, name: nameOf(id) })),
    turns: facts.turns,
    input_tokens: facts.inputTokens,
    output_tokens: facts.outputTokens,
  };
}

/** @throws AppError not_found */
export async function readSessionTurns(
  { store }: Ports,
  sessionId: string,
  { before, limit = defaultLimit }: { before?: number | undefined; limit?: number | undefined },
): Promise<AdminTurns> {
  if (!(await store.read.sessionExists({ sessionId }))) throw new AppError('not_found');
  const found = await store.scan.sessionTurns({
    sessionId,
    limit: limit + 1,
    ...(before !== undefined && { before }),
  });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return { turns: page.map(toAdminTurn), next_before: found.length > limit && last ? last.turn_no : null };
}

function toAdminTurn(turn: TurnFacts): AdminTurn {
  return {
    turn_id: turn.turn_id,
    turn_no: turn.turn_no,
    state: turn.state as TurnState,
    code: turn.code,
    username: turn.username ?? '',
    agent_name: turn.agent_name ?? turn.agent_id,
    agent_version: turn.agent_version,
    asked_at: turn.created_at,
    changed_at: turn.updated_at,
    replaces_turn_no: turn.replaces_turn_no,
    tools: countCalls(turn.tools),
    attempts: turn.attempts.map(({ turn_id: _, ...attempt }) => attempt),
  };
}

function countCalls(names: readonly string[]): AdminTurn['tools'] {
  return [...new Set(names)].map((name) => ({ name, calls: names.filter((each) => each === name).length }));
}
