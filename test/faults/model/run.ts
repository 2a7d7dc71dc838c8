import { randomUUID } from 'node:crypto';
import { finalTurnStates } from '../../../src/contract/events.ts';
import {
  type Session,
  sessionList,
  session as sessionShape,
  stopAnswer,
  turnAnswer,
} from '../../../src/contract/sessions.ts';
import { answered, Client, type Reply, refused } from '../../client.ts';
import { openSession, type Person } from '../../given.ts';
import { type Expected, type ExpectedSession, type ExpectedTurn, newSession } from './expected.ts';
import { messageOf, type Plan } from './plan.ts';
import { SessionRun } from './session-run.ts';
import type { UnderWay, World } from './world.ts';

/** A change of a session's own fields. */
export type Change = { title: string } | { archived: boolean } | { pinned: boolean };

/** What a message orders; the run numbers its messages. */
export type Order = Omit<Plan, 'seed'>;

type Message = Pick<ExpectedTurn, 'clientTurnId' | 'plan'>;

/** One run: a person with sessions of their own on a world's server. Each act changes the expectation as the promises say, and throws
 *  when an answer is another one. */
export class Run {
  readonly expected: Expected = { sessions: [] };
  readonly #world: World;
  readonly #person: Person;
  readonly #sessions: SessionRun[] = [];
  #orders = 0;

  private constructor(world: World, person: Person) {
    this.#world = world;
    this.#person = person;
  }

  static async begin(world: World): Promise<Run> {
    const run = new Run(world, await world.person());
    await run.open();
    return run;
  }

  async open(): Promise<void> {
    this.#add((await openSession({ ...this.#person, client: this.#client() })).session_id);
  }

  async send(of: number, order: Order): Promise<void> {
    await this.#acknowledge(of, this.#invoke(of, order), 202);
  }

  /** The same message twice at once, as by a client that did not wait. */
  async sendTwiceAtOnce(of: number, order: Order): Promise<void> {
    const message = this.#invoke(of, order);
    const replies = await Promise.all([this.#post(of, message), this.#post(of, message)]);
    const statuses = replies
      .map(({ status }) => String(status))
      .toSorted()
      .join(' and ');
    if (statuses !== '200 and 202') throw new Error(`one message sent twice at once was answered ${statuses}`);
    const { turnId, seq } = await this.#acknowledge(of, message, 200);
    for (const reply of replies) {
      const told = answered(reply, reply.status, turnAnswer);
      if (told.turn_id !== turnId || told.seq !== seq) throw new Error(`one message became two: ${reply.text}`);
    }
  }

  async resend(of: number, which: number): Promise<void> {
    const turn = this.#turn(of, which);
    const told = answered(await this.#post(of, turn), 200, turnAnswer);
    if (told.turn_id !== turn.turnId || told.seq !== turn.seq) throw new Error(`a resend made ${told.turn_id}`);
  }

  async sendOtherBody(of: number, which: number): Promise<void> {
    const { plan, clientTurnId } = this.#turn(of, which);
    const other = { clientTurnId, plan: { ...plan, words: plan.words + 1 } };
    refused(await this.#post(of, other), 409, 'turn_id_reused');
  }

  async stop(of: number, which: number): Promise<void> {
    const turn = this.#turn(of, which);
    const { state } = answered(await this.#stop(of, turn), 202, stopAnswer);
    if (!finalTurnStates.has(state)) throw new Error(`a stopped turn is ${state}`);
    turn.ended ??= state;
    if (turn.ended !== state) throw new Error(`a turn that was ${turn.ended} is ${state}`);
  }

  async change(of: number, change: Change): Promise<void> {
    answered(await this.#client().patch(this.#real(of).path, change), 200, sessionShape);
    this.#expectChange(of, change);
  }

  async delete(of: number): Promise<void> {
    const { path } = this.#real(of);
    for (const time of ['once', 'twice']) {
      const { status } = await this.#client().delete(path);
      if (status !== 204) throw new Error(`deleting ${time} was answered ${status}`);
    }
    await this.#expectDeleted(of);
  }

  joinAtStart(of: number): void {
    this.#real(of).join();
  }

  joinBySnapshot(of: number): Promise<void> {
    return this.#real(of).joinBySnapshot();
  }

  /** Resumes at a cursor that some stream of the session was sent, with what was shown there. */
  resume(of: number, which: number): void {
    const { places } = this.#real(of);
    this.#real(of).join(places[which % places.length]);
  }

  /** The server is killed and another one takes its place, see World. */
  async crash(underWay?: UnderWay): Promise<void> {
    await this.#world.crash(underWay);
    for (const { turns } of this.expected.sessions) {
      for (const turn of turns) if (turn.ended === undefined) turn.crashes += 1;
    }
  }

  async crashWhileSending(of: number, order: Order, isStored: boolean): Promise<void> {
    const message = this.#invoke(of, order);
    await this.#crashUnder(of, isStored, 'acceptTurn', () => this.#post(of, message));
    const turn = await this.#acknowledge(of, message, isStored ? 200 : 202);
    if (isStored) turn.crashes += 1;
  }

  async crashWhileStopping(of: number, which: number, isStored: boolean): Promise<void> {
    const turn = this.#turn(of, which);
    await this.#crashUnder(of, isStored, 'stopTurn', () => this.#stop(of, turn));
    if (isStored) turn.mayBeStopped = true;
  }

  async crashWhileChanging(of: number, change: Change, isStored: boolean): Promise<void> {
    const request = () => this.#client().patch(this.#real(of).path, change);
    await this.#crashUnder(of, isStored, 'updateSession', request);
    if (isStored) this.#expectChange(of, change);
  }

  async crashWhileDeleting(of: number, isStored: boolean): Promise<void> {
    await this.#crashUnder(of, isStored, 'deleteSession', () => this.#client().delete(this.#real(of).path));
    if (isStored) await this.#expectDeleted(of);
  }

  /** A session whose opening was stored and never told is there, and empty. */
  async crashWhileOpening(isStored: boolean): Promise<void> {
    await this.crash({
      moment: isStored ? 'after' : 'before',
      isWanted: ({ name, args }) => name === 'createSession' && (args as { userId: string }).userId === this.#userId,
      request: () => this.#client().post('/api/sessions'),
    });
    const known = new Set(this.#sessions.map(({ id }) => id));
    const fresh = (await this.#list()).filter(({ session_id }) => !known.has(session_id));
    if (fresh.length !== Number(isStored))
      throw new Error(`${fresh.length} sessions came of one that was not answered`);
    for (const { session_id } of fresh) this.#add(session_id);
  }

  /** After every act: what can be read is what is expected. */
  async compare(): Promise<void> {
    for (const [index, session] of this.#sessions.entries()) await session.compare(this.#session(index));
  }

  /** When nothing moves any more: to the letter, for every reader, and in the person's list. What is seen to have ended stays so. */
  async compareAtRest(): Promise<void> {
    const facts: Session[] = [];
    for (const [index, session] of this.#sessions.entries()) {
      const whole = await session.compareAtRest(this.#session(index));
      if (whole) facts.push(whole.facts);
      for (const [at, { state }] of (whole?.view.turns ?? []).entries()) {
        const turn = this.#turns(index)[at];
        if (turn && finalTurnStates.has(state)) turn.ended = state;
      }
    }
    const listed = (await this.#list()).map(({ running: _running, rev: _rev, ...row }) => row);
    if (JSON.stringify(byId(listed)) !== JSON.stringify(byId(facts))) {
      throw new Error(`the list is ${JSON.stringify(listed)}, the sessions are ${JSON.stringify(facts)}`);
    }
  }

  /** Lets everything end, stops what does not end by itself, and compares a last time. */
  async end(): Promise<void> {
    await this.compareAtRest();
    const left = this.expected.sessions.flatMap(({ turns, isDeleted }, of) =>
      isDeleted ? [] : [...turns.keys()].filter((which) => !turns[which]?.ended).map((which) => ({ of, which })),
    );
    for (const { of, which } of left) await this.stop(of, which);
    if (left.length > 0) await this.compareAtRest();
    for (const [of, session] of this.#sessions.entries()) {
      if (!this.#session(of).isDeleted) await session.checkNothingRewritten();
    }
  }

  /** Leaves nothing running behind, whatever became of the run. */
  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.leaveAll()));
    for (const [of, { turns, isDeleted }] of this.expected.sessions.entries()) {
      const isOver = isDeleted || turns.every(({ ended }) => ended !== undefined);
      if (!isOver) await this.#client().delete(this.#real(of).path).catch(nothing);
    }
  }

  get #userId(): string {
    return this.#person.user.id;
  }

  #client(): Client {
    return new Client(this.#world.url, this.#person.client.token);
  }

  #session(of: number): ExpectedSession {
    return found(this.expected.sessions[of]);
  }

  #real(of: number): SessionRun {
    return found(this.#sessions[of]);
  }

  #turns(of: number): ExpectedTurn[] {
    return this.#session(of).turns;
  }

  #turn(of: number, which: number): ExpectedTurn {
    const turns = this.#turns(of);
    return found(turns[which % turns.length]);
  }

  #add(id: string): void {
    this.expected.sessions.push(newSession());
    this.#sessions.push(new SessionRun(id, () => this.#client(), this.#world.history));
  }

  #expectChange(of: number, change: Change): void {
    const session = this.#session(of);
    Object.assign(session, change);
    session.changes = { ...session.changes, ...change };
    session.updates += 1;
  }

  async #expectDeleted(of: number): Promise<void> {
    this.#session(of).isDeleted = true;
    await this.#real(of).leaveAll();
  }

  #crashUnder(of: number, isStored: boolean, command: string, request: () => Promise<unknown>): Promise<void> {
    const { id } = this.#real(of);
    return this.crash({
      moment: isStored ? 'after' : 'before',
      isWanted: ({ name, args }) => name === command && (args as { sessionId: string }).sessionId === id,
      request,
    });
  }

  #invoke(of: number, order: Order): Message {
    this.#orders += 1;
    const message = { clientTurnId: randomUUID(), plan: { ...order, seed: this.#orders } };
    const { history } = this.#world;
    history.invoke({ ...message, sessionId: this.#real(of).id, text: messageOf(message.plan) });
    return message;
  }

  async #acknowledge(of: number, message: Message, status: 200 | 202): Promise<ExpectedTurn> {
    const { turn_id: turnId, seq } = answered(await this.#post(of, message), status, turnAnswer);
    this.#world.history.settle(message.clientTurnId, { state: 'stored', turnId, seq });
    const turn: ExpectedTurn = { ...message, turnId, seq, crashes: 0, mayBeStopped: false };
    this.#turns(of).push(turn);
    return turn;
  }

  #post(of: number, { plan, clientTurnId }: Message): Promise<Reply> {
    const body = { client_turn_id: clientTurnId, text: messageOf(plan) };
    return this.#client().post(`${this.#real(of).path}/turns`, body);
  }

  #stop(of: number, turn: ExpectedTurn): Promise<Reply> {
    return this.#client().post(`${this.#real(of).path}/turns/${turn.turnId}/stop`);
  }

  async #list(): Promise<(Session & { running: boolean; rev: number })[]> {
    return answered(await this.#client().get('/api/sessions?limit=100'), 200, sessionList).sessions;
  }
}

const byId = (rows: readonly Session[]) => rows.toSorted((a, b) => a.session_id.localeCompare(b.session_id));
const nothing = () => undefined;

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the run has no such session or turn');
  return value;
}
