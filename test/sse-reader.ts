import type { IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import { type StreamedEvent, sessionEvent, textDelta } from '../src/contract/events.ts';
import { patientMs } from './wait-for.ts';

/** A frame with data. `id` is the stream's last id at that frame. */
export type Frame = { id: string; event: string | undefined; data: unknown; atMs: number };

type Waiter = { check(): void };

/** One open stream: records every frame, and lets a test wait for one. */
export class SseReader {
  readonly frames: Frame[] = [];
  /** Ids in the order they came, those of frames without data too. */
  readonly ids: string[] = [];
  /** Everything as it came. */
  raw = '';
  readonly headers: IncomingMessage['headers'];
  /** Resolves when the stream is over, whoever ended it. */
  readonly ended: Promise<void>;
  readonly #message: IncomingMessage;
  readonly #waiters = new Set<Waiter>();
  #isOver = false;

  constructor(message: IncomingMessage) {
    this.#message = message;
    this.headers = message.headers;
    const parser = createParser({
      onId: (id) => this.ids.push(id),
      onEvent: ({ event, data }) => {
        this.frames.push({ id: this.ids.at(-1) ?? '', event, data: JSON.parse(data), atMs: performance.now() });
      },
    });
    message.setEncoding('utf8');
    message.on('data', (text: string) => {
      this.raw += text;
      parser.feed(text);
      for (const waiter of this.#waiters) waiter.check();
    });
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#isOver = true;
        for (const waiter of this.#waiters) waiter.check();
        resolve();
      };
      message.once('close', end);
      message.on('error', end);
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The session events and text pieces so far, each of exactly the contract's shape. */
  get events(): StreamedEvent[] {
    return this.frames.filter((frame) => frame.event === undefined).map((frame) => toStreamedEvent(frame.data));
  }

  /** Waits until `find` gives something of what came so far.
   *  @throws Error with the last frames, when the time is over or the stream ends before */
  until<T>(what: string, find: (reader: this) => T | undefined | false, withinMs = patientMs): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void) => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        outcome();
      };
      const fail = (why: string) =>
        settle(() =>
          reject(new Error(`${why}: ${what}; last: ${JSON.stringify(this.frames.slice(-4)).slice(0, 800)}`)),
        );
      const waiter: Waiter = {
        check: () => {
          let found: T | undefined | false;
          try {
            found = find(this);
          } catch (error) {
            return settle(() => reject(error instanceof Error ? error : new Error(String(error))));
          }
          if (found !== undefined && found !== false) settle(() => resolve(found));
          else if (this.#isOver) fail('The stream ended before');
        },
      };
      const timer = setTimeout(() => fail(`Not within ${withinMs} ms`), withinMs);
      this.#waiters.add(waiter);
      waiter.check();
    });
  }

  /** Takes nothing more for now. */
  pause(): void {
    this.#message.pause();
  }

  resume(): void {
    this.#message.resume();
  }

  async close(): Promise<void> {
    this.#message.destroy();
    await this.ended;
  }
}

export function toStreamedEvent(data: unknown): StreamedEvent {
  const isDelta = typeof data === 'object' && data !== null && 'type' in data && data.type === 'text_delta';
  return isDelta ? textDelta.parse(data) : sessionEvent.parse(data);
}
