import { finalTurnStates, type StreamedEvent } from '../../src/contract/events.ts';
import { openSession, type Person } from '../given.ts';
import { waitFor } from '../wait-for.ts';
import { wordsOf } from './answers.ts';
import { Follower } from './follower.ts';
import type { History } from './history.ts';
import { sendUntilAnswered } from './outbox.ts';

export type CrowdOptions = {
  history: History;
  sessions: number;
  /** The next message to send. */
  order(): string;
  onEvent?(event: StreamedEvent): void;
};

/** Sessions that are chatted in: each is followed, and sent its next message once its turns are over. */
export class Crowd implements AsyncDisposable {
  readonly followers: Follower[] = [];
  readonly #options: CrowdOptions;
  readonly #person: Person;
  readonly #sending = new Set<string>();
  readonly #failures: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  private constructor(person: Person, options: CrowdOptions) {
    this.#person = person;
    this.#options = options;
  }

  static async open(person: Person, options: CrowdOptions): Promise<Crowd> {
    const crowd = new Crowd(person, options);
    const { history, sessions, onEvent } = options;
    const client = () => person.client;
    for (let i = 0; i < sessions; i++) {
      const { session_id: sessionId } = await openSession(person);
      const name = `${person.username} ${i}`;
      crowd.followers.push(new Follower({ name, sessionId, history, client, ...(onEvent && { onEvent }) }));
    }
    return crowd;
  }

  keepBusy(): void {
    this.#timer ??= setInterval(() => this.#fill(), 20);
  }

  /** Sends nothing new; what is under way goes on. */
  pause(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Sessions in which text of a running turn's newest attempt is shown. */
  get showing(): number {
    return this.followers.filter(({ view }) =>
      view.turns.some(({ state, attempt, running }) => state === 'running' && running?.attempt === attempt),
    ).length;
  }

  untilShowing(least: number): Promise<unknown> {
    return waitFor(`${least} sessions that show running text`, () => this.showing >= least);
  }

  /** Waits until every message is answered and every turn has ended, as its reader sees it. */
  async untilAtRest(withinMs?: number): Promise<void> {
    this.pause();
    const isAtRest = () => this.#sending.size === 0 && this.followers.every(isOver);
    await waitFor('the end of every turn', isAtRest, withinMs);
  }

  /** What is wrong with what the readers see: a finished answer that is not the whole one, a kept part that is no part of it. */
  breaches(): string[] {
    const wrong = this.followers.flatMap(({ view }) =>
      view.turns.flatMap(({ text: message, state, answer, turnId }) => {
        const whole = wordsOf(message);
        const text = answer?.text ?? '';
        const isRight = state === 'done' ? text === whole : whole.startsWith(text);
        return isRight ? [] : [`turn ${turnId} is ${state} and its answer is not what the model said`];
      }),
    );
    return [...wrong, ...this.#failures];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.pause();
    await Promise.all(this.followers.map((follower) => follower.close()));
  }

  #fill(): void {
    for (const follower of this.followers) {
      if (!this.#sending.has(follower.sessionId) && isOver(follower)) void this.#send(follower);
    }
  }

  async #send(follower: Follower): Promise<void> {
    const { history, order } = this.#options;
    const { sessionId } = follower;
    this.#sending.add(sessionId);
    try {
      const outcome = await sendUntilAnswered({ history, client: () => this.#person.client }, sessionId, order());
      if (outcome.state !== 'stored') throw new Error(`a message was refused in session ${sessionId}`);
      const isSeen = () => follower.view.turns.some((turn) => turn.turnId === outcome.turnId);
      await waitFor(`one’s own message in session ${sessionId}`, isSeen);
    } catch (error) {
      this.#failures.push(String(error));
    } finally {
      this.#sending.delete(sessionId);
    }
  }
}

function isOver({ view }: Follower): boolean {
  return view.turns.every((turn) => finalTurnStates.has(turn.state));
}
