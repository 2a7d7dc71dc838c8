import { type EventPayload, finalTurnStates, nextTurnStates, type TurnState } from '../../contract/events.ts';
import type { VerifyEvent, VerifyTurn } from '../../store/queries/verify.ts';
import type { Checks } from './checks.ts';
import type { ReadPayload } from './read-payload.ts';

/** Follows one turn through its session's log: its message (I1), its course and answer (I4), its fences (I6). */
export class TurnTrace {
  readonly #turn: VerifyTurn;
  readonly #checks: Checks;
  #messages = 0;
  #state: TurnState | 'unknown' | undefined;
  #attempt = 0;
  #fence = 0;
  #nextStep = 0;
  #wholeAnswers = 0;
  #partialAnswers = 0;
  #unknownAnswers = 0;
  /** How many calls of an id wait for their result; none are kept once the turn is over. */
  #calls: Map<string, number> | undefined;
  #hasUnknownCalls = false;

  constructor(turn: VerifyTurn, checks: Checks) {
    this.#turn = turn;
    this.#checks = checks;
  }

  get turnNo(): number {
    return this.#turn.turn_no;
  }

  apply(event: VerifyEvent, read: ReadPayload): void {
    this.#checkFence(event);
    if (this.#isOver) this.#checks.I4.breach(`${this.#at(event)} comes after the turn's end`);
    if (event.type === 'user_message') this.#messages += 1;
    if (event.type === 'user_message' && event.seq !== this.#turn.message_seq) {
      this.#checks.I1.breach(`${this.#at(event)} is a message, the turn says seq ${this.#turn.message_seq}`);
    }
    if (event.type === 'agent_message') this.#enterStep(event);
    switch (read.type) {
      case 'user_message':
        return this.#message(event, read.payload);
      case 'turn_state':
        return this.#enter(event, read.payload);
      case 'agent_message':
        if (read.payload.final && read.payload.partial) this.#partialAnswers += 1;
        if (read.payload.final && !read.payload.partial) this.#wholeAnswers += 1;
        return;
      case 'tool_call':
        return this.#countCall(read.payload.call_id, 1);
      case 'tool_result':
        if (this.#openCalls(read.payload.call_id) > 0) return this.#countCall(read.payload.call_id, -1);
        if (!this.#hasUnknownCalls) this.#checks.I4.breach(`${this.#at(event)} answers no open call`);
        return;
      case 'lost':
        if (event.type === 'turn_state') this.#state = 'unknown';
        if (event.type === 'agent_message') this.#unknownAnswers += 1;
        if (event.type === 'tool_call') this.#hasUnknownCalls = true;
        return;
      case 'approval_requested':
      case 'approval_decided':
      case 'session_updated':
    }
  }

  /** After the session's last event. */
  finish(): void {
    const { turn_id: id, state, attempt } = this.#turn;
    const { I1, I4 } = this.#checks;
    if (this.#messages === 0) I1.breach(`turn ${id} has no user_message`);
    if (this.#messages > 1) I1.breach(`turn ${id} has ${this.#messages} user_messages`);
    if (this.#state === undefined) I4.breach(`turn ${id} was never told to be queued`);
    else if (this.#state !== 'unknown' && this.#state !== state) {
      I4.breach(`turn ${id} is ${state}, its session was told ${this.#state}`);
    }
    if (this.#attempt !== attempt)
      I4.breach(`turn ${id} is at attempt ${attempt}, its session was told ${this.#attempt}`);
    const answers = this.#wholeAnswers + this.#partialAnswers;
    if (answers > 1) I4.breach(`turn ${id} has ${answers} final messages`);
    if (state === 'done' && this.#wholeAnswers === 0 && this.#unknownAnswers === 0)
      I4.breach(`turn ${id} is done without an answer`);
    if (state !== 'done' && this.#wholeAnswers > 0) I4.breach(`turn ${id} is ${state} with a whole answer`);
    if (state === 'done' && this.#partialAnswers > 0) I4.breach(`turn ${id} is done with a partial answer`);
    if (!isFinal(state) && answers > 0) I4.breach(`turn ${id} is ${state} with an answer`);
  }

  get #isOver(): boolean {
    return this.#state !== undefined && this.#state !== 'unknown' && finalTurnStates.has(this.#state);
  }

  #at(event: VerifyEvent): string {
    return `turn ${this.#turn.turn_id} seq ${event.seq}`;
  }

  #openCalls(callId: string): number {
    return this.#calls?.get(callId) ?? 0;
  }

  #countCall(callId: string, change: 1 | -1): void {
    this.#calls ??= new Map();
    this.#calls.set(callId, this.#openCalls(callId) + change);
  }

  #checkFence(event: VerifyEvent): void {
    const { I6 } = this.#checks;
    const { fence, attempt } = event;
    if (fence === null || attempt === null) return I6.breach(`${this.#at(event)} has no fence`);
    if (fence < this.#fence) I6.breach(`${this.#at(event)} is under fence ${fence} after fence ${this.#fence}`);
    if (fence > this.#turn.fence)
      I6.breach(`${this.#at(event)} is under fence ${fence}, the turn has ${this.#turn.fence}`);
    if (attempt < this.#attempt) I6.breach(`${this.#at(event)} is of attempt ${attempt} after ${this.#attempt}`);
    if (attempt > this.#turn.attempt)
      I6.breach(`${this.#at(event)} is of attempt ${attempt}, the turn has ${this.#turn.attempt}`);
    if (attempt > this.#attempt && fence <= this.#fence)
      I6.breach(`${this.#at(event)} begins an attempt without a new fence`);
    this.#fence = Math.max(this.#fence, fence);
    this.#attempt = Math.max(this.#attempt, attempt);
  }

  #message(event: VerifyEvent, payload: EventPayload<'user_message'>): void {
    const turn = this.#turn;
    if (payload.client_turn_id !== turn.client_turn_id || payload.author_user_id !== turn.author_user_id) {
      this.#checks.I1.breach(`${this.#at(event)} is not the message the turn was accepted with`);
    }
    if (payload.parent_turn_id !== turn.parent_turn_id || payload.replaces_turn_id !== turn.replaces_turn_id) {
      this.#checks.I1.breach(`${this.#at(event)} has another place among the turns than its turn`);
    }
  }

  #enter(event: VerifyEvent, { state, attempt }: EventPayload<'turn_state'>): void {
    const before = this.#state;
    if (before === undefined ? state !== 'queued' : before !== 'unknown' && !nextTurnStates[before].includes(state)) {
      this.#checks.I4.breach(`${this.#at(event)} goes from ${before ?? 'nothing'} to ${state}`);
    }
    if (event.attempt !== null && attempt !== event.attempt) {
      this.#checks.I4.breach(`${this.#at(event)} tells attempt ${attempt} in attempt ${event.attempt}`);
    }
    this.#state = state;
    if (this.#isOver) this.#calls = undefined;
  }

  /** A step ends with one message; a take-over begins at the first step without one. */
  #enterStep(event: VerifyEvent): void {
    if (event.step !== this.#nextStep)
      this.#checks.I4.breach(`${this.#at(event)} ends step ${event.step} instead of ${this.#nextStep}`);
    this.#nextStep = (event.step ?? this.#nextStep) + 1;
  }
}

function isFinal(state: string): boolean {
  return (finalTurnStates as ReadonlySet<string>).has(state);
}
