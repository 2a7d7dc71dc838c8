import { type AgentChange, agentChange } from './agent-changes.ts';
import type { Citation, SessionEvent, StreamedEvent, TextDelta, TurnState, Usage } from './events.ts';
import { finalTurnStates } from './events.ts';
import type { Snapshot } from './sessions.ts';

/** A tool call of a step, with its result once stored. */
export type ToolCallView = {
  callId: string;
  tool: string;
  input: Record<string, unknown>;
  output?: unknown;
  isError?: boolean;
};

/** One finished model call of a turn. */
export type StepView = { step: number; text: string; final: boolean; tools: ToolCallView[] };

/** The text of the step under way. It stays in view when a new attempt begins, until that attempt's first piece. */
export type RunningText = { attempt: number; step: number; text: string };

/** The message that ends a turn: whole when the turn is done, `partial` when it was stopped or gave up. */
export type AnswerView = {
  text: string;
  citations: Citation[];
  model: string;
  usage: Usage;
  partial: boolean;
  at: string;
};

export type TurnView = {
  turnId: string;
  /** Of its message in the log. */
  seq: number;
  clientTurnId: string;
  authorUserId: string;
  text: string;
  at: string;
  state: TurnState;
  attempt: number;
  code?: string;
  /** The corpora the turn was asked to search. */
  corpora: string[];
  parentTurnId: string | null;
  /** The turn this one was sent to replace, as with "try again". */
  replacesTurnId: string | null;
  steps: StepView[];
  running?: RunningText;
  answer?: AnswerView;
};

/** What a session looks like after some prefix of its log (and the journal of its running step). */
export type SessionView = {
  /** The last durable seq applied. */
  seq: number;
  turns: TurnView[];
  /** Of what is known of the log, oldest first. */
  agentChanges: AgentChange[];
  /** Session facts that changed by events since the view began. */
  changes: Omit<Extract<SessionEvent, { type: 'session_updated' }>, 'type' | 'seq' | 'session_id' | 'turn_id' | 'at'>;
};

export const emptyView: SessionView = { seq: 0, turns: [], agentChanges: [], changes: {} };

/** `applied` and `ignored` (seen before, or superseded) keep the view true; after `gap` only a resume or a snapshot does. */
export type Folded = { view: SessionView; outcome: 'applied' | 'ignored' | 'gap' };

/** Applies one streamed event, and only the next one. Pure. */
export function fold(view: SessionView, event: StreamedEvent): Folded {
  if (event.type === 'text_delta') return foldDelta(view, event);
  if (event.seq <= view.seq) return { view, outcome: 'ignored' };
  if (event.seq > view.seq + 1) return { view, outcome: 'gap' };
  return { view: { ...foldDurable(view, event), seq: event.seq }, outcome: 'applied' };
}

/** The view a snapshot stands for; streaming goes on from `snapshot.cursor`. */
export function foldSnapshot(snapshot: Snapshot): SessionView {
  let view: SessionView = emptyView;
  for (const event of snapshot.events) view = { ...foldDurable(view, event), seq: event.seq };
  view = { ...view, seq: snapshot.seq, changes: {} };
  const running = snapshot.running;
  // A step that has not said anything shows nothing, as on the stream.
  if (!running || running.text === '') return view;
  return withTurn(view, running.turn_id, (turn) => ({
    ...turn,
    running: { attempt: running.attempt, step: running.step, text: running.text },
  }));
}

/** A turn folded from so many events of its own: as long as there are no more of them it is the same. */
export type KnownTurns = Map<string, { events: number; turn: TurnView }>;

/** The same view with older durable events in it. `events` holds every durable event known so far, older pages included, in
 *  any order, doubles allowed; a turn whose message is not among them stays out until a further page brings it.
 *  @param known  filled here; given again, turns that got no event since are the very same objects */
export function foldHistory(
  view: SessionView,
  events: Iterable<SessionEvent>,
  known: KnownTurns = new Map(),
): SessionView {
  const bySeq = new Map<number, SessionEvent>();
  for (const event of events) if (event.seq <= view.seq) bySeq.set(event.seq, event);
  const sorted = [...bySeq.values()].toSorted((a, b) => a.seq - b.seq);
  const running = new Map(view.turns.map((turn) => [turn.turnId, turn.running]));
  const turns = [...Map.groupBy(sorted, (event) => event.turn_id ?? '')].flatMap(([turnId, own]) => {
    const turn = foldTurn(turnId, own, known);
    const text = running.get(turnId);
    return turn && text ? [{ ...turn, running: text }] : (turn ?? []);
  });
  const agentChanges = sorted.flatMap(agentChange);
  return { seq: view.seq, turns, agentChanges, changes: view.changes };
}

/** One turn from its own events, oldest first; undefined while its message is not among them. */
function foldTurn(turnId: string, events: readonly SessionEvent[], known: KnownTurns): TurnView | undefined {
  const before = known.get(turnId);
  if (before?.events === events.length) return before.turn;
  let view: SessionView = emptyView;
  for (const event of events) view = foldDurable(view, event);
  const [turn] = view.turns;
  if (turn) known.set(turnId, { events: events.length, turn });
  return turn;
}

function foldDelta(view: SessionView, delta: TextDelta): Folded {
  const turn = view.turns.find((each) => each.turnId === delta.turn_id);
  if (!turn) return { view, outcome: 'gap' };
  const superseded =
    finalTurnStates.has(turn.state) ||
    delta.attempt < (turn.running?.attempt ?? 0) ||
    turn.steps.some((step) => step.step === delta.step);
  if (superseded) return { view, outcome: 'ignored' };
  const current = turn.running;
  const continues = current?.attempt === delta.attempt && current.step === delta.step;
  const shown = continues ? current.text : '';
  if (delta.offset > shown.length) return { view, outcome: 'gap' };
  const fresh = delta.text.slice(shown.length - delta.offset);
  if (continues && fresh === '') return { view, outcome: 'ignored' };
  const running = { attempt: delta.attempt, step: delta.step, text: shown + fresh };
  return { view: withTurn(view, delta.turn_id, (each) => ({ ...each, running })), outcome: 'applied' };
}

function foldDurable(view: SessionView, event: SessionEvent): SessionView {
  switch (event.type) {
    case 'user_message':
      return {
        ...view,
        turns: [
          ...view.turns,
          {
            turnId: event.turn_id ?? '',
            seq: event.seq,
            clientTurnId: event.client_turn_id,
            authorUserId: event.author_user_id,
            text: event.text,
            at: event.at,
            state: 'queued',
            attempt: 0,
            corpora: event.corpora,
            parentTurnId: event.parent_turn_id,
            replacesTurnId: event.replaces_turn_id,
            steps: [],
          },
        ],
      };
    case 'turn_state':
      return withTurn(view, event.turn_id, ({ code: _code, running, ...turn }) => ({
        ...turn,
        state: event.state,
        attempt: event.attempt,
        ...(event.code !== undefined && { code: event.code }),
        ...(running && !finalTurnStates.has(event.state) && { running }),
      }));
    case 'agent_message':
      return withTurn(view, event.turn_id, ({ running: _running, ...turn }) => ({
        ...turn,
        steps: [
          ...turn.steps.filter((step) => step.step !== event.step),
          { step: event.step, text: event.text, final: event.final, tools: [] },
        ],
        ...(event.final && {
          answer: {
            text: event.text,
            citations: event.citations,
            model: event.model,
            usage: event.usage,
            partial: event.partial,
            at: event.at,
          },
        }),
      }));
    case 'tool_call':
      return withTurn(view, event.turn_id, (turn) => ({
        ...turn,
        steps: turn.steps.map((step) =>
          step.step === event.step
            ? { ...step, tools: [...step.tools, { callId: event.call_id, tool: event.tool, input: event.input }] }
            : step,
        ),
      }));
    case 'tool_result':
      return withTurn(view, event.turn_id, (turn) => ({
        ...turn,
        steps: turn.steps.map((step) => ({
          ...step,
          tools: step.tools.map((tool) =>
            tool.callId === event.call_id ? { ...tool, output: event.output, isError: event.is_error } : tool,
          ),
        })),
      }));
    case 'session_updated': {
      const { type: _type, seq: _seq, session_id: _id, turn_id: _turn, at: _at, ...changes } = event;
      return {
        ...view,
        agentChanges: [...view.agentChanges, ...agentChange(event)],
        changes: { ...view.changes, ...changes },
      };
    }
    case 'approval_requested':
    case 'approval_decided':
    case 'redacted':
      break;
  }
  return view;
}

function withTurn(view: SessionView, turnId: string | undefined, change: (turn: TurnView) => TurnView): SessionView {
  return { ...view, turns: view.turns.map((turn) => (turn.turnId === turnId ? change(turn) : turn)) };
}
