import { isDeepStrictEqual } from 'node:util';
import type { SessionEvent } from '../../../src/contract/events.ts';
import { emptyView, foldSnapshot, type SessionView } from '../../../src/contract/fold.ts';
import { eventPage, type Session, session as sessionShape, snapshot } from '../../../src/contract/sessions.ts';
import { answered, type Client, refused } from '../../client.ts';
import { foldStrictly } from '../../folded.ts';
import { waitFor } from '../../wait-for.ts';
import { Follower, type Place } from '../follower.ts';
import type { History } from '../history.ts';
import { type ExpectedSession, factDifferences, viewDifferences } from './expected.ts';

/** How long a run waits for what must come by itself, on a machine that others load. */
const patienceMs = 30_000;
/** Readers of a session at once; another takes the place of the one that came second. */
const maxReaders = 4;

/** A session as its people see it: their readers, every place their streams can be resumed at, and its log as read so far. */
export class SessionRun {
  readonly id: string;
  readonly places: Place[] = [];
  readonly #client: () => Client;
  readonly #history: History;
  #readers: Follower[] = [];
  #log: SessionEvent[] = [];
  #view: SessionView = emptyView;
  #joined = 0;

  constructor(id: string, client: () => Client, history: History) {
    this.id = id;
    this.#client = client;
    this.#history = history;
    this.join();
  }

  get path(): string {
    return `/api/sessions/${this.id}`;
  }

  /** One more reader, who begins at a place, or at the beginning. */
  join(from?: Place): void {
    this.#joined += 1;
    const follower: Follower = new Follower({
      name: `reader ${this.#joined}`,
      sessionId: this.id,
      history: this.#history,
      client: this.#client,
      onEvent: () => this.places.push(follower.place),
      ...(from && { from }),
    });
    this.#readers.push(follower);
    if (this.#readers.length > maxReaders) void this.#readers.splice(1, 1)[0]?.close();
  }

  /** One more reader, who begins with a snapshot. */
  async joinBySnapshot(): Promise<void> {
    this.join(await this.#snapshot());
  }

  async leaveAll(): Promise<void> {
    await Promise.all(this.#readers.splice(0).map((reader) => reader.close()));
  }

  /** Holds everything that can be read of the session against what it must be.
   *  @throws Error with every difference */
  async compare(expected: ExpectedSession): Promise<void> {
    if (expected.isDeleted) return this.#checkGone();
    await this.#compareLog(expected, false);
    this.#throwBreaches();
  }

  /** Waits until nothing moves any more, and then wants equality to the letter, of every reader too.
   *  @returns what it is; undefined when it is gone
   *  @throws Error with every difference */
  async compareAtRest(expected: ExpectedSession): Promise<{ facts: Session; view: SessionView } | undefined> {
    if (expected.isDeleted) {
      await this.#checkGone();
      return undefined;
    }
    const [own] = this.#readers;
    await this.#until('rest', () => viewDifferences(expected, own?.view ?? emptyView, true));
    const facts = await this.#compareLog(expected, true);
    const { view } = await this.#snapshot();
    throwAny('a fresh snapshot', viewDifferences({ ...expected, changes: {} }, view, true));
    for (const reader of this.#readers) {
      await this.#until('every reader as the snapshot', () => {
        const { seq, turns } = reader.view;
        const isSame = seq === view.seq && isDeepStrictEqual(turns, view.turns);
        return isSame ? [] : [`a reader has ${JSON.stringify(reader.view)}, the snapshot ${JSON.stringify(view)}`];
      });
    }
    const withoutRunning = view.turns.map(({ running: _running, ...turn }) => turn);
    if (view.seq !== this.#view.seq || !isDeepStrictEqual(withoutRunning, this.#view.turns)) {
      throw new Error(`a fresh snapshot is ${JSON.stringify(view)}, the log ${JSON.stringify(this.#view)}`);
    }
    this.#throwBreaches();
    return { facts, view };
  }

  /** The facts are read before the log, so that nothing they count may be missing there. */
  async #compareLog(expected: ExpectedSession, isAtRest: boolean): Promise<Session> {
    const facts = answered(await this.#client().get(this.path), 200, sessionShape);
    await this.#readLog();
    throwAny('the session', factDifferences(expected, facts, this.#log, isAtRest));
    // The text under way is not in the log.
    throwAny('the log', isAtRest ? [] : viewDifferences(expected, this.#view, false));
    return facts;
  }

  async #readLog(): Promise<void> {
    for (;;) {
      const path = `${this.path}/events?limit=1000&after=${this.#log.length}`;
      const page = answered(await this.#client().get(path), 200, eventPage);
      this.#view = foldStrictly(this.#view, page.events);
      this.#log.push(...page.events);
      if (!page.has_more) return;
    }
  }

  /** The log from its beginning is still what was read of it piece by piece. */
  async checkNothingRewritten(): Promise<void> {
    const path = `${this.path}/events?limit=1000`;
    const { events } = answered(await this.#client().get(path), 200, eventPage);
    if (!isDeepStrictEqual(events, this.#log)) throw new Error(`the log was rewritten: ${JSON.stringify(events)}`);
  }

  async #checkGone(): Promise<void> {
    for (const path of [this.path, `${this.path}/events`, `${this.path}/snapshot`, `${this.path}/history`]) {
      refused(await this.#client().get(path), 404);
    }
  }

  async #snapshot(): Promise<Place> {
    const reply = await this.#client().get(`${this.path}/snapshot?turns=200`);
    const read = answered(reply, 200, snapshot);
    return { cursor: read.cursor, view: foldSnapshot(read) };
  }

  async #until(what: string, differences: () => string[]): Promise<void> {
    let last: string[] = [];
    const isReached = () => {
      last = differences();
      return last.length === 0;
    };
    await waitFor(what, isReached, patienceMs).catch((cause: unknown) => {
      throw new Error(`${what}: ${last.join('\n')}`, { cause });
    });
  }

  #throwBreaches(): void {
    throwAny(
      'a reader',
      this.#history.breaches.filter((breach) => breach.includes(this.id)),
    );
  }
}

function throwAny(where: string, differences: readonly string[]): void {
  if (differences.length > 0) throw new Error(`${where}:\n${differences.join('\n')}`);
}
