import { toldTurn } from '../agents/told-turn.ts';
import { finalTurnStates, nextTurnStates, type SessionEvent, type TurnState } from '../contract/events.ts';
import type { SessionFile } from '../contract/session-export.ts';
import { messageText } from '../contract/sessions.ts';
import { untitled } from '../sessions/sessions.ts';
import type { DraftEvent } from '../store/commands/append-events.ts';
import type { BeginImportArgs, ImportedEvent, ImportedTurn } from '../store/commands/import-session.ts';
import { ImportFault } from './import-fault.ts';

export type RebuildPorts = {
  /** A new id at each call. */
  newId: () => string;
  userId: string;
  /** The moment of the import; no time in what was brought back is later. */
  at: string;
};

export type RebuiltSession = Omit<BeginImportArgs, 'at' | 'origin'> & {
  title: string;
  /** Questions and final answers. */
  messages: number;
  /** In the order of their messages. */
  turns: ImportedTurn[];
  events: ImportedEvent[];
};

/** `code` of a turn that was not over when the session was exported. */
const unfinished = 'unfinished_in_export';

/** In UTF-16 units. An attempt shows a mebibyte at most, and what earlier versions kept may be a piece longer. */
const maxAnswerChars = 2 ** 21;

/** A session of an export as it is stored here: under new ids, all of it its new owner's, and every turn over. What a file says is held to
 *  the rules that `perdure verify` knows, so that nothing can come in this way that could not have been written here. Pure.
 *  @throws ImportFault naming the first event that breaks a rule */
export function rebuildSession({ session, events }: SessionFile, ports: RebuildPorts): RebuiltSession {
  const { userId } = ports;
  const createdAt = notLater(session.created_at, ports.at);
  const log = new Log(session.session_id, session.agent.id, createdAt, ports);
  for (const event of events) log.take(event);
  const { turns, events: rebuilt, lastActivity, messages } = log.end();
  return {
    sessionId: ports.newId(),
    importedFrom: session.session_id,
    userId,
    agentId: session.agent.id,
    title: session.title,
    messages,
    titleIsSet: turns.length > 0 || session.title !== untitled,
    corpora: session.corpora,
    createdAt,
    lastActivity,
    isActive: session.is_active,
    archived: session.archived,
    pinned: session.pinned,
    tags: session.tags ?? [],
    deletedAt: session.deleted_at === null ? null : notLater(session.deleted_at, ports.at),
    turns,
    events: rebuilt,
  };
}

/** A turn while its events are read. */
type OpenTurn = Omit<ImportedTurn, 'turnNo' | 'state' | 'adkEvents'> & {
  state: TurnState | undefined;
  question: string;
  /** The final message, if there was one. */
  answer: { text: string; partial: boolean; at: string } | undefined;
  /** How many calls of an id wait for their result. */
  calls: Map<string, number>;
};

class Log {
  readonly #from: string;
  readonly #agentId: string;
  readonly #ports: RebuildPorts;
  readonly #events: ImportedEvent[] = [];
  /** By their ids in the file, in the order of their messages. */
  readonly #turns = new Map<string, OpenTurn>();
  readonly #clientTurnIds = new Set<string>();
  #lastActivity: string;

  constructor(from: string, agentId: string, createdAt: string, ports: RebuildPorts) {
    this.#from = from;
    this.#agentId = agentId;
    this.#lastActivity = createdAt;
    this.#ports = ports;
  }

  take(event: SessionEvent): void {
    const at = notLater(event.at, this.#ports.at);
    if (event.seq !== this.#events.length + 1) this.#refuse(`it has the number ${event.seq}`);
    if (event.session_id !== this.#from) this.#refuse('it is of another session');
    switch (event.type) {
      case 'redacted':
        return this.#refuse('what it said was erased, and cannot be brought back');
      case 'session_updated':
        if (event.turn_id !== undefined) this.#refuse('a change of the session is of no turn');
        // Only an administrator ends a session, and who that was is not in the file.
        return this.#add(draft(event), at, event.is_active === undefined ? this.#ports.userId : 'system', undefined);
      case 'user_message':
        return this.#begin(event, at);
      case 'turn_state':
        return this.#enter(event, at);
      case 'agent_message':
        return this.#answer(event, at);
      case 'tool_call':
      case 'tool_result': {
        const turn = this.#under(event);
        const open = turn.calls.get(event.call_id) ?? 0;
        if (event.type === 'tool_result' && open === 0) this.#refuse('it answers no open call');
        turn.calls.set(event.call_id, open + (event.type === 'tool_call' ? 1 : -1));
        return this.#add(draft(event), at, 'agent', turn);
      }
      case 'approval_requested':
        return this.#add(draft(event), at, 'agent', this.#under(event));
      case 'approval_decided': {
        const decided = { ...payloadOf(event), actor_user_id: this.#ports.userId };
        return this.#add({ type: event.type, payload: decided }, at, this.#ports.userId, this.#under(event));
      }
    }
  }

  /** Ends what was under way when the session was exported. */
  end(): Pick<RebuiltSession, 'turns' | 'events' | 'lastActivity' | 'messages'> {
    const turns: ImportedTurn[] = [];
    let messages = 0;
    for (const turn of this.#turns.values()) {
      if (turn.state === undefined) this.#refuse('a message is without its turn', this.#events.length);
      if (!finalTurnStates.has(turn.state)) {
        if (turn.answer) this.#refuse('an answer is whole, and its turn is not over', this.#events.length);
        turn.state = turn.state === 'queued' ? 'cancelled' : 'interrupted';
        turn.code = unfinished;
        turn.endedAt = this.#ports.at;
        const payload = { state: turn.state, attempt: turn.attempt, code: unfinished };
        this.#add({ type: 'turn_state', payload }, this.#ports.at, 'system', turn);
      }
      messages += turn.answer ? 2 : 1;
      turns.push(this.#ended(turn, turns.length + 1));
    }
    return { turns, events: this.#events, lastActivity: this.#lastActivity, messages };
  }

  #begin(event: Of<'user_message'>, at: string): void {
    const id = event.turn_id ?? this.#refuse('it is of no turn');
    if (this.#turns.has(id)) this.#refuse('its turn has a message already');
    if (this.#clientTurnIds.has(event.client_turn_id)) this.#refuse('its client_turn_id was used before');
    if (!messageText.safeParse(event.text).success) this.#refuse('it is empty, or longer than a message can be');
    const payload = {
      ...payloadOf(event),
      author_user_id: this.#ports.userId,
      parent_turn_id: this.#earlier(event.parent_turn_id),
      replaces_turn_id: this.#earlier(event.replaces_turn_id),
    };
    const turn: OpenTurn = {
      turnId: this.#ports.newId(),
      clientTurnId: event.client_turn_id,
      parentTurnId: payload.parent_turn_id,
      replacesTurnId: payload.replaces_turn_id,
      corpora: event.corpora,
      state: undefined,
      code: null,
      attempt: 0,
      step: 0,
      model: null,
      messageSeq: event.seq,
      createdAt: at,
      endedAt: at,
      question: event.text,
      answer: undefined,
      calls: new Map(),
    };
    this.#turns.set(id, turn);
    this.#clientTurnIds.add(event.client_turn_id);
    this.#lastActivity = at;
    this.#add({ type: event.type, payload }, at, this.#ports.userId, turn);
  }

  #enter(event: Of<'turn_state'>, at: string): void {
    const turn = this.#turnOf(event);
    const { state, attempt } = event;
    const isLawful = turn.state === undefined ? state === 'queued' : nextTurnStates[turn.state].includes(state);
    if (!isLawful) {
      this.#refuse(
        turn.state === undefined
          ? `a turn does not begin with ${state}`
          : `a turn does not go from ${turn.state} to ${state}`,
      );
    }
    // An attempt begins when the turn is taken up, and each but the first takes over from the one before.
    const begins = state === 'running' && attempt === turn.attempt + 1;
    const goesOn = attempt === turn.attempt && (state !== 'running' || turn.state === 'waiting_approval');
    if (!begins && !goesOn) this.#refuse(`it cannot be of attempt ${attempt}`);
    const whole = turn.answer !== undefined && !turn.answer.partial;
    if (finalTurnStates.has(state) && (state === 'done') !== whole)
      this.#refuse(
        whole ? `a turn that is ${state} has an answer that is whole` : `a turn that is ${state} has no whole answer`,
      );
    if (!finalTurnStates.has(state) && turn.answer) this.#refuse('its turn has its last answer already');
    turn.state = state;
    turn.attempt = attempt;
    turn.code = event.code ?? null;
    turn.endedAt = at;
    this.#add(draft(event), at, state === 'queued' ? this.#ports.userId : 'system', turn);
  }

  #answer(event: Of<'agent_message'>, at: string): void {
    const turn = this.#under(event);
    if (event.step !== turn.step) this.#refuse(`it ends step ${event.step} instead of ${turn.step}`);
    if (turn.answer) this.#refuse('its turn has its last answer already');
    if (event.text.length > maxAnswerChars) this.#refuse('it is longer than an answer can be');
    if (new Set(event.citations.map(({ n }) => n)).size < event.citations.length)
      this.#refuse('two of its citations have one number');
    if (event.citations.some(({ start, end }) => start > end)) this.#refuse('a citation of it ends before it begins');
    turn.step += 1;
    turn.model = event.model === '' ? null : event.model;
    if (event.final) {
      turn.answer = { text: event.text, partial: event.partial, at };
      this.#lastActivity = at;
    }
    this.#add(draft(event), at, 'agent', turn);
  }

  #ended({ question, answer, calls: _calls, state, ...turn }: OpenTurn, turnNo: number): ImportedTurn {
    const { newId } = this.#ports;
    const told = toldTurn({
      turnId: turn.turnId,
      agentId: this.#agentId,
      question: { id: newId(), text: question, timestampMs: Date.parse(turn.createdAt) },
      ...(answer &&
        !answer.partial && { answer: { id: newId(), text: answer.text, timestampMs: Date.parse(answer.at) } }),
    });
    return {
      ...turn,
      turnNo,
      state: state as ImportedTurn['state'],
      adkEvents: told.map((event) => ({ eventId: event.id, event })),
    };
  }

  #earlier(id: string | null): string | null {
    if (id === null) return null;
    return this.#turns.get(id)?.turnId ?? this.#refuse('it follows or replaces a turn that is not in the session');
  }

  /** The event's turn, which must not be over. */
  #turnOf(event: SessionEvent): OpenTurn {
    const turn = this.#turns.get(event.turn_id ?? '') ?? this.#refuse('its turn is not in the session');
    if (turn.state !== undefined && finalTurnStates.has(turn.state)) this.#refuse('it comes after the end of its turn');
    return turn;
  }

  /** The event's turn, which must be under way. */
  #under(event: SessionEvent): OpenTurn {
    const turn = this.#turnOf(event);
    if (turn.state === undefined || turn.state === 'queued') this.#refuse('its turn was not taken up yet');
    return turn;
  }

  #add(event: DraftEvent, at: string, actor: string, turn: OpenTurn | undefined): void {
    const mark = turn ? { turnId: turn.turnId, attempt: turn.attempt } : null;
    this.#events.push({ seq: this.#events.length + 1, event, at, actor, turn: mark });
  }

  #refuse(reason: string, seq = this.#events.length + 1): never {
    throw new ImportFault(`Event ${seq}: ${reason}.`);
  }
}

type Of<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>;

/** What of an event is its own: the common fields are columns. */
function payloadOf<E extends SessionEvent>(event: E): Omit<E, 'type' | 'seq' | 'session_id' | 'turn_id' | 'at'> {
  const { type: _type, seq: _seq, session_id: _session, turn_id: _turn, at: _at, ...payload } = event;
  return payload;
}

function draft(event: Exclude<SessionEvent, { type: 'redacted' }>): DraftEvent {
  return { type: event.type, payload: payloadOf(event) } as DraftEvent;
}

/** @throws ImportFault */
function notLater(time: string, at: string): string {
  if (Number.isNaN(Date.parse(time))) throw new ImportFault(`There is no time ${time}.`);
  return time < at ? time : at;
}
