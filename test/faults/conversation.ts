import { isDeepStrictEqual } from 'node:util';
import { finalTurnStates, type StreamedEvent } from '../../src/contract/events.ts';
import type { TurnView } from '../../src/contract/fold.ts';
import type { Client } from '../client.ts';
import { openSession, type Person } from '../given.ts';
import { patientMs } from '../wait-for.ts';
import { wordsOf } from './answers.ts';
import { Follower } from './follower.ts';
import type { History, Outcome } from './history.ts';
import { sendUntilAnswered } from './outbox.ts';

export type ConversationOptions = {
  person: Person;
  history: History;
  /** One for each reader: the client to speak with at this moment. */
  clients: readonly [() => Client, ...(() => Client)[]];
  onEvent?(event: StreamedEvent, reader: number): void;
  /** Told of each try to send that left the outcome open, see outbox.ts. */
  onOpen?(status: number | undefined): void;
};

/** A session whose readers are on several servers, or behind something that cuts them off. */
export class Conversation {
  readonly sessionId: string;
  readonly readers: readonly Follower[];
  readonly #options: ConversationOptions;
  readonly #waiters = new Set<() => void>();

  private constructor(options: ConversationOptions, sessionId: string) {
    const { history, clients, onEvent } = options;
    this.#options = options;
    this.sessionId = sessionId;
    this.readers = clients.map(
      (client, reader) =>
        new Follower({
          name: `reader ${reader} of ${sessionId}`,
          sessionId,
          history,
          client,
          onEvent: (event) => {
            onEvent?.(event, reader);
            for (const look of this.#waiters) look();
          },
        }),
    );
  }

  static async open(options: ConversationOptions): Promise<Conversation> {
    const { person, clients } = options;
    const { session_id } = await openSession({ ...person, client: clients[0]() });
    return new Conversation(options, session_id);
  }

  /** Sends a message through the client of one reader until it is answered. */
  send(text: string, { reader = 0, clientTurnId }: { reader?: number; clientTurnId?: string } = {}): Promise<Outcome> {
    const { history, onOpen } = this.#options;
    const client = () => this.#client(reader);
    const more = { ...(clientTurnId !== undefined && { clientTurnId }), ...(onOpen && { onOpen }) };
    return sendUntilAnswered({ history, client, ...more }, this.sessionId, text);
  }

  /** Stops a turn through the client of one reader. */
  async stop(turnId: string, reader = 0): Promise<void> {
    const reply = await this.#client(reader).post(`/api/sessions/${this.sessionId}/turns/${turnId}/stop`);
    if (reply.status !== 202) throw new Error(`a stop was answered ${reply.status}: ${reply.text.slice(0, 200)}`);
  }

  /** Resolves at the moment every reader shows the turn so.
   *  @throws Error that names what was waited for, when the time is over */
  until(what: string, turnId: string, isSo: (turn: TurnView) => boolean, withinMs = patientMs): Promise<void> {
    const areAll = () =>
      this.readers.every(({ view }) => view.turns.some((turn) => turn.turnId === turnId && isSo(turn)));
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!areAll()) return;
        clearTimeout(timer);
        this.#waiters.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(look);
        reject(new Error(`Not within ${withinMs} ms: ${what} in session ${this.sessionId}`));
      }, withinMs);
      this.#waiters.add(look);
      look();
    });
  }

  untilOver(turnId: string): Promise<void> {
    return this.until('the end of the turn', turnId, isOver);
  }

  get isIdle(): boolean {
    return this.readers.every(({ view }) => view.turns.every(isOver));
  }

  /** What is wrong with what the readers show, once every turn is over: they agree to the letter, and an answer that is done is what the
   *  model was asked for, any other the beginning of it. */
  breaches(): string[] {
    const [first, ...others] = this.readers;
    const found: string[] = [];
    for (const other of others) {
      if (!isDeepStrictEqual(other.view, first?.view)) found.push(`readers of session ${this.sessionId} differ`);
    }
    for (const { turnId, text: message, state, answer } of first?.view.turns ?? []) {
      const whole = wordsOf(message);
      const text = answer?.text ?? '';
      const isRight = state === 'done' ? text === whole : whole.startsWith(text);
      if (!isRight) found.push(`turn ${turnId} is ${state} and its answer is not what the model said`);
    }
    return found;
  }

  #client(reader: number): Client {
    const { clients } = this.#options;
    return (clients[reader] ?? clients[0])();
  }

  async close(): Promise<void> {
    await Promise.all(this.readers.map((reader) => reader.close()));
  }
}

const isOver = ({ state }: TurnView) => finalTurnStates.has(state);
