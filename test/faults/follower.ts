import { setTimeout as pause } from 'node:timers/promises';
import type { StreamedEvent } from '../../src/contract/events.ts';
import { emptyView, fold, type SessionView } from '../../src/contract/fold.ts';
import type { Client } from '../client.ts';
import { SseReader, toStreamedEvent } from '../sse-reader.ts';
import type { History } from './history.ts';

export type FollowerOptions = {
  /** Names it in the history. */
  name: string;
  sessionId: string;
  history: History;
  /** The client to connect with at this moment: a server may have moved. */
  client(): Client;
  onEvent?(event: StreamedEvent, view: SessionView): void;
  /** Where it begins: at the log's beginning unless told. */
  from?: Place;
};

/** A place in a session that a stream can be resumed at, and what a reader shows there. */
export type Place = { cursor: string; view: SessionView };

/** How long it waits before it connects again. */
const reconnectMs = 50;

/** A reader of a session as a browser is one: it folds what it is sent, and whatever cuts its stream, it resumes at its cursor. */
export class Follower {
  view: SessionView;
  /** Streams it has opened. */
  connections = 0;
  readonly #options: FollowerOptions;
  readonly #over = new AbortController();
  #cursor: string;
  #reader: SseReader | undefined;
  readonly #done: Promise<void>;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.view = options.from?.view ?? emptyView;
    this.#cursor = options.from?.cursor ?? '0';
    this.#done = this.#follow();
  }

  get sessionId(): string {
    return this.#options.sessionId;
  }

  get place(): Place {
    return { cursor: this.#cursor, view: this.view };
  }

  async close(): Promise<void> {
    this.#over.abort();
    await this.#reader?.close();
    await this.#done;
  }

  async #follow(): Promise<void> {
    const { sessionId, client } = this.#options;
    const path = `/api/sessions/${sessionId}/events`;
    while (!this.#over.signal.aborted) {
      const headers = { 'last-event-id': this.#cursor };
      const opened = await client()
        .open(path, { headers })
        .catch(() => undefined);
      if (opened instanceof SseReader) {
        this.#reader = opened;
        // It was closed while the stream opened.
        if (this.#over.signal.aborted) return opened.close();
        this.connections += 1;
        let read = 0;
        const take = () => {
          for (; read < opened.frames.length; read++) this.#take(opened, read);
          return undefined;
        };
        await opened.until('the end of the stream', take, 2 ** 31 - 1).catch(() => undefined);
      }
      await pause(reconnectMs, undefined, { signal: this.#over.signal }).catch(() => undefined);
    }
  }

  #take(reader: SseReader, index: number): void {
    const frame = reader.frames[index];
    if (!frame || this.#over.signal.aborted) return;
    const { history, name, sessionId, onEvent } = this.#options;
    if (frame.event !== undefined) {
      history.breaches.push(`${name} was sent ${frame.event} in session ${sessionId} after cursor ${this.#cursor}`);
      return;
    }
    const event = toStreamedEvent(frame.data);
    const folded = fold(this.view, event);
    if (folded.outcome !== 'applied') {
      history.breaches.push(
        `${name} was sent what is not next (${folded.outcome}): ${JSON.stringify(event).slice(0, 300)}`,
      );
    }
    this.view = folded.view;
    this.#cursor = frame.id;
    if (event.type === 'text_delta') this.#show(event.turn_id);
    else history.apply(name, event.session_id, event.seq, frame.data);
    onEvent?.(event, this.view);
  }

  #show(turnId: string): void {
    const { history, name, sessionId } = this.#options;
    const running = this.view.turns.find((turn) => turn.turnId === turnId)?.running;
    if (running) history.show(name, { sessionId, turnId, ...running });
  }
}
