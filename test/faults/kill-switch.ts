import { AppError } from '../../src/errors.ts';
import type { Store } from '../../src/store/store.ts';
import { type StoreCall, type Tap, tapStore } from './store-tap.ts';

/** Where a held call stands when its server is killed: not yet with the writer, or committed and not yet told of. */
export type Moment = 'before' | 'after';

type Hold = { isWanted(call: StoreCall): boolean; moment: Moment; reached(): void };

/** Takes a server in this process away from its store as a kill takes a process away: from one moment on no call reaches the store,
 *  no answer and no bell leaves it. Every call that waits, and every later one, is refused, so that what the dead server has in
 *  memory comes to an end; none of that is seen outside, because its sockets are cut in the same moment.
 *
 *  For the data directory this is what SIGKILL does. The store is the only way in which a server writes there (but for uploads,
 *  which the users of this switch do not make), and a kill leaves of it exactly what was committed: a beginning of the commands in
 *  the order in which they were issued. Here the commands that were issued are committed and no later one is; `hold` chooses between
 *  which two commands of a session the moment falls. Nothing in memory survives: the next server is composed anew, with workers,
 *  handles, presence and caches of its own.
 *
 *  What it cannot show, and the attack `kill` on real processes does: a transaction torn in its middle, recovery from the write-ahead
 *  log (the worker closes its file in order), locks and sockets that the system takes back, and loss of a whole batch. */
export class KillSwitch {
  #isDead = false;
  readonly #waiting = new Set<(error: Error) => void>();
  #holds: Hold[] = [];

  wrap(store: Store): Store {
    return {
      ...tapStore(store, this.#tap),
      onCommit: (listener) =>
        store.onCommit((topics) => {
          if (!this.#isDead) listener(topics);
        }),
    };
  }

  /** Holds the next wanted call at a moment until the kill.
   *  @returns resolves when the call stands there */
  hold(moment: Moment, isWanted: Hold['isWanted']): Promise<void> {
    return new Promise((reached) => this.#holds.push({ isWanted, moment, reached }));
  }

  kill(): void {
    this.#isDead = true;
    for (const refuse of this.#waiting) refuse(gone());
    this.#waiting.clear();
  }

  readonly #tap: Tap = (call, pass) => {
    if (this.#isDead) return Promise.reject(gone());
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      const answer = (settle: () => void) => {
        if (this.#isDead) return;
        this.#waiting.delete(reject);
        settle();
      };
      const hold = this.#take(call);
      if (hold?.moment === 'before') return hold.reached();
      pass().then(
        (result) => (hold ? hold.reached() : answer(() => resolve(result))),
        (error: unknown) => answer(() => reject(error)),
      );
    });
  };

  #take(call: StoreCall): Hold | undefined {
    const hold = this.#holds.find((each) => each.isWanted(call));
    this.#holds = this.#holds.filter((each) => each !== hold);
    return hold;
  }
}

const gone = () => new AppError('store_unavailable');
