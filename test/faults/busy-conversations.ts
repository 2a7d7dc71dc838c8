import { waitFor } from '../wait-for.ts';
import type { Conversation } from './conversation.ts';

/** Conversations in each of which the next message is sent as soon as the last one is answered. */
export class BusyConversations {
  readonly #all: Conversation[] = [];
  readonly #failures: string[] = [];
  readonly #order: () => string;
  readonly #sending = new Set<Conversation>();
  #timer: NodeJS.Timeout | undefined;

  /** @param order  the next message */
  constructor(order: () => string) {
    this.#order = order;
    this.#timer = setInterval(() => this.#fill(), 20);
  }

  add(conversation: Conversation): void {
    this.#all.push(conversation);
  }

  get all(): readonly Conversation[] {
    return this.#all;
  }

  /** Resolves once at least so many turns show text, and none is in another attempt than its first: three are all it has. */
  async untilFresh(least: number): Promise<void> {
    await waitFor(`${least} turns in their first attempt`, () => {
      const isFresh = this.#running().every(({ attempt }) => attempt === 1);
      return isFresh && this.showing >= least;
    });
  }

  /** Running turns whose newest attempt has text that is shown. */
  get showing(): number {
    return this.#running().filter(({ attempt, running }) => running?.attempt === attempt).length;
  }

  /** Sends nothing more, and waits until every turn is over.
   *  @returns what is wrong with what became of them: every message is stored, every turn is done, every reader shows the same */
  async end(): Promise<string[]> {
    clearInterval(this.#timer);
    await waitFor('the end of every turn', () => this.#sending.size === 0 && this.#all.every((each) => each.isIdle));
    const turns = this.#all.flatMap(({ readers: [reader] }) => reader?.view.turns ?? []);
    return [
      ...this.#failures,
      ...turns.flatMap(({ turnId, state, code }) => (state === 'done' ? [] : [`turn ${turnId} is ${state} (${code})`])),
      ...this.#all.flatMap((each) => each.breaches()),
    ];
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#all.map((each) => each.close()));
  }

  #running() {
    return this.#all.flatMap(
      ({ readers: [reader] }) => reader?.view.turns.filter(({ state }) => state === 'running') ?? [],
    );
  }

  #fill(): void {
    for (const conversation of this.#all) {
      if (!this.#sending.has(conversation) && conversation.isIdle) void this.#send(conversation);
    }
  }

  /** Sends the next message; until its readers show it, no other. */
  async #send(conversation: Conversation): Promise<void> {
    this.#sending.add(conversation);
    try {
      const outcome = await conversation.send(this.#order());
      if (outcome.state !== 'stored') throw new Error(`a message is ${outcome.state}`);
      await conversation.until('one’s own message', outcome.turnId, () => true);
    } catch (error) {
      this.#failures.push(String(error));
    } finally {
      this.#sending.delete(conversation);
    }
  }
}
