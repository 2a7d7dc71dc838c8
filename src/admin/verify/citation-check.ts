import type { Citation, EventPayload } from '../../contract/events.ts';
import { storableText } from '../../store/json.ts';
import type { VerifyEvent, VerifyReads, VerifySession } from '../../store/queries/verify.ts';
import type { Checks } from './checks.ts';

/** UTF-16 units of document texts kept at once. */
const maxKeptChars = 16 * 1024 * 1024;

/** Holds what messages cite against the rows that say so and against the cited texts (I7). A text whose document was deleted is gone
 *  by right, and counted. */
export class CitationCheck {
  readonly #read: VerifyReads;
  readonly #checks: Checks;
  /** In the order of use, the longest unused first. */
  readonly #texts = new Map<string, string | undefined>();
  #keptChars = 0;

  constructor(read: VerifyReads, checks: Checks) {
    this.#read = read;
    this.#checks = checks;
  }

  async apply(session: VerifySession, event: VerifyEvent, message: EventPayload<'agent_message'>): Promise<void> {
    if (message.citations.length === 0) return;
    const { session_id: sessionId } = session;
    const { I7 } = this.#checks;
    const where = `session ${sessionId} seq ${event.seq}`;
    const rows = new Map((await this.#read.citationsOf({ sessionId, seq: event.seq })).map((row) => [row.n, row]));
    for (const citation of message.citations) {
      I7.see('citations');
      const row = rows.get(citation.n);
      rows.delete(citation.n);
      const isSame =
        row !== undefined &&
        row.turn_id === (event.turn_id ?? '') &&
        row.corpus_id === citation.corpus_id &&
        row.document_id === citation.document_id &&
        row.document_version === citation.document_version &&
        row.passage_id === citation.passage_id &&
        row.start_offset === citation.start &&
        row.end_offset === citation.end;
      if (!isSame) I7.breach(`${where} citation ${citation.n}: its row ${row ? 'says otherwise' : 'is missing'}`);
      // What a person's file says was quoted elsewhere proves nothing about the texts that are here.
      if (session.imported_at !== null) I7.see('citations of imported sessions');
      else await this.#checkQuote(`${where} citation ${citation.n}`, citation);
    }
    for (const n of rows.keys()) I7.breach(`${where} citation ${n}: the message does not have it`);
  }

  async #checkQuote(where: string, citation: Citation): Promise<void> {
    const { I7 } = this.#checks;
    const text = await this.#textOf(citation.document_id, citation.document_version);
    if (text === undefined) return I7.see('citations of texts that are gone');
    const { start, end } = citation;
    if (start > end || end > text.length)
      I7.breach(`${where}: it points outside of the text of document ${citation.document_id}`);
    else if (storableText(text.slice(start, end)) !== citation.quote) {
      I7.breach(`${where}: the quote is not what stands in document ${citation.document_id}`);
    }
  }

  async #textOf(documentId: string, version: number): Promise<string | undefined> {
    const key = `${documentId} ${version}`;
    const isKept = this.#texts.has(key);
    const text = isKept ? this.#texts.get(key) : await this.#read.versionText({ documentId, version });
    this.#texts.delete(key);
    this.#texts.set(key, text);
    if (isKept) return text;
    this.#keptChars += text?.length ?? 0;
    for (const [oldest, kept] of this.#texts) {
      if (this.#keptChars <= maxKeptChars || oldest === key) break;
      this.#texts.delete(oldest);
      this.#keptChars -= kept?.length ?? 0;
    }
    return text;
  }
}
