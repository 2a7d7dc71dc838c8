import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';

/** Stores the words of messages a moment after they were said, so that they are found, and puts the words of people with many sessions together when
 *  nothing else is to be stored. Every process has one; what one has stored the others leave out. */
export type WordReader = {
  start(): void;
  /** Resolves once what was under way is stored; the next start goes on with the rest. */
  close(): Promise<void>;
};

/** Messages that come together are stored together, well within the two seconds that are promised. */
const readAfterMs = 300;
/** After a failure no bell will ring; and another process that stores words is left to it for so long. */
const retryMs = 1_000;
/** About 10 ms of the writer, and as long a pause in which others write. */
const bite = { limit: 200, maxChars: 25_000 };
const pauseMs = 10;
/** As many rows as are taken away in one step before all words are stored anew. */
const clearedAtOnce = 500;

export function createWordReader({ store, clock, log }: { store: Store; clock: Clock; log: Log }): WordReader {
  let timer: NodeJS.Timeout | undefined;
  let reading = Promise.resolve();
  let unsubscribe: (() => void) | undefined;
  const closed = new AbortController();
  /** Whose loose words are looked at next: all owners' after the start, and some of them after each time that words were stored. */
  let packedAfter = '';
  let isFirstRound = true;

  function readWithin(ms: number): void {
    if (closed.signal.aborted) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      reading = reading.then(readAll);
    }, ms);
  }

  async function readAll(): Promise<void> {
    try {
      while (!closed.signal.aborted) {
        let did = await readSome();
        if (did === 'nothing') did = await packSome();
        if (did === 'nothing') return;
        if (did === 'moved') return readWithin(retryMs);
        await pause();
      }
    } catch (error) {
      log.warn('message_words_failed', { reason: String(error) });
      readWithin(retryMs);
    }
  }

  async function readSome(): Promise<'some' | 'nothing' | 'moved'> {
    const at = clock.now();
    const words = await store.scan.wordsToStore(bite);
    if (words.state !== 'current') {
      if (words.state === 'newer') return 'nothing';
      await store.write.clearWords({ maxRows: clearedAtOnce, at });
      return 'some';
    }
    if (words.upTo === words.after) return 'nothing';
    return (await store.write.storeWords({ after: words.after, upTo: words.upTo, messages: words.messages, at })) ===
      'stored'
      ? 'some'
      : 'moved';
  }

  async function packSome(): Promise<'some' | 'nothing' | 'moved'> {
    const words = await store.scan.wordsToPack({ after: packedAfter });
    if (words.state === 'pack') {
      const { ownerId, packedAt, blocks, rows } = words;
      const did = await store.write.storePack({ ownerId, packedAt, blocks, rows, at: clock.now() });
      return did === 'stored' ? 'some' : 'moved';
    }
    packedAfter = words.upTo ?? '';
    if (words.upTo === undefined) isFirstRound = false;
    return isFirstRound ? 'some' : 'nothing';
  }

  return {
    start() {
      unsubscribe = store.onCommit((topics) => {
        // The end of an import or a fork is told as a change of sessions.
        if (topics.includes('log') || topics.includes('sessions')) readWithin(readAfterMs);
      });
      readWithin(0);
    },
    async close() {
      closed.abort();
      unsubscribe?.();
      clearTimeout(timer);
      await reading;
    },
  };
}

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, pauseMs));
