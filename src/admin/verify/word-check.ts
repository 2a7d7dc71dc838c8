import { termsOf } from '../../retrieval/message-words.ts';
import type { VerifyEvent, VerifyReads, VerifySession } from '../../store/queries/verify.ts';
import { bucketOf, placeOf, placesOf } from '../../retrieval/word-rows.ts';
import type { Checks } from './checks.ts';
import type { ReadPayload } from './read-payload.ts';

/** Holds the words that messages are found by against the messages (I8), as far as they are stored. */
export class WordCheck {
  readonly #read: VerifyReads;
  readonly #checks: Checks;
  #storedUpTo: number | undefined;

  constructor(read: VerifyReads, checks: Checks) {
    this.#read = read;
    this.#checks = checks;
  }

  /** For one session's log. */
  async of(session: VerifySession): Promise<SessionWords> {
    this.#storedUpTo ??= await this.#upTo();
    return new SessionWords(this.#read, this.#checks, session, this.#storedUpTo);
  }

  async #upTo(): Promise<number> {
    const position = await this.#read.wordsStoredUpTo({});
    if (position !== undefined) return position;
    this.#checks.I8.note('words of messages are still to be made: they were not looked at');
    return -1;
  }
}

class SessionWords {
  readonly #read: VerifyReads;
  readonly #checks: Checks;
  readonly #session: VerifySession;
  readonly #storedUpTo: number;
  /** A message cannot be read, which is reported elsewhere: its words are not known. */
  #isUnreadable = false;
  /** `BUCKET BLOCK TERM PLACE` of everything that was said. */
  readonly #said = new Set<string>();

  constructor(read: VerifyReads, checks: Checks, session: VerifySession, storedUpTo: number) {
    this.#read = read;
    this.#checks = checks;
    this.#session = session;
    this.#storedUpTo = storedUpTo;
  }

  get #isSearched(): boolean {
    return this.#storedUpTo >= 0 && this.#session.user_id !== null && this.#session.temporary_until === null;
  }

  apply(event: VerifyEvent, read: ReadPayload, turnNo: number | undefined): void {
    if (!this.#isSearched || turnNo === undefined || event.position > this.#storedUpTo) return;
    if (read.type === 'lost')
      this.#isUnreadable ||= event.type.endsWith('_message') && !event.payload.startsWith('{"redacted"');
    if (read.type !== 'user_message' && (read.type !== 'agent_message' || !read.payload.final)) return;
    this.#checks.I8.see('messages with words');
    const { block, place } = placeOf(turnNo, read.type === 'user_message' ? 'user' : 'assistant');
    for (const term of termsOf(read.payload.text)) this.#said.add(`${bucketOf(term)} ${block} ${term} ${place}`);
  }

  async finish(): Promise<void> {
    const { session_id: sessionId, user_id: ownerId } = this.#session;
    if (!this.#isSearched || this.#isUnreadable || ownerId === null) return;
    let others = 0;
    for (const { bucket, block, words } of await this.#read.wordsOfSession({ ownerId, sessionId })) {
      for (const [term, places] of placesOf(words)) {
        for (const place of places) if (!this.#said.delete(`${bucket} ${block} ${term} ${place}`)) others += 1;
      }
    }
    const { I8 } = this.#checks;
    if (this.#said.size > 0) I8.breach(`session ${sessionId}: ${this.#said.size} words of its messages are not stored`);
    if (others > 0) I8.breach(`session ${sessionId}: ${others} words are stored that no message of it has`);
  }
}
