import { type Client, type FieldDef, Query } from 'pg';
import type { Statement } from '../script.ts';
import { parserOf } from './connect.ts';
import { type Answer, answerTo, type Outbox, valuesOf } from './outbox.ts';

/** What the server keeps planned under a name. Which columns it answers with is asked for once. */
type Prepared = { name: string; fields?: FieldDef[] };

/** A statement of a flight. */
type Said = {
  text: string;
  values: (string | Buffer | null)[];
  /** Undefined for one that is said for the first time, which has no name. */
  prepared: Prepared | undefined;
  isNew: boolean;
  fields: FieldDef[] | undefined;
  rows: unknown[];
  answered: PromiseWithResolvers<Answer>;
};

/** The part of the protocol that is spoken here. */
type Wire = {
  stream: { cork(): void; uncork(): void };
  parse(message: { name: string; text: string }): void;
  bind(message: { statement: string; values: Said['values'] }): void;
  describe(message: { type: 'P' }): void;
  execute(): void;
  close(message: { type: 'S'; name: string }): void;
  sync(): void;
};

/** Texts are few (they come from commands), so only so many are kept planned for a connection. */
const maxPrepared = 500;
/** A flight larger than this goes in parts, each with an answer of its own: once the server has the first statement of one, it waits for the last without
 *  looking at the time, and what a socket takes at once comes whole even from a process that is held up. */
const maxFlightBytes = 64 * 1024;

/** Sends what is put into it since the last time in one piece, which the server answers in one piece: a packet, a wait and an answer to read, however
 *  many statements there are. When one fails, the server skips those behind it, and all of them fail with it. */
export function createFlights(client: Client): Outbox {
  /** By text; of one that was said once, nothing yet. */
  const known = new Map<string, Prepared | undefined>();
  /** Names of which the server may have heard. */
  const forgotten: string[] = [];
  let said: Said[] = [];
  let saidBytes = 0;
  let names = 0;

  function planned(text: string): { prepared: Prepared | undefined; isNew: boolean } {
    const prepared = known.get(text);
    if (prepared) return { prepared, isNew: false };
    const isRepeated = known.has(text);
    const given = isRepeated ? { name: `f${(names += 1)}` } : undefined;
    if (isRepeated || known.size < maxPrepared) known.set(text, given);
    return { prepared: given, isNew: true };
  }

  /** What the server has planned of a flight that failed is not known. */
  function forget(flight: readonly Said[]): void {
    for (const { text, prepared } of flight) {
      if (!prepared || known.get(text) !== prepared) continue;
      known.delete(text);
      forgotten.push(prepared.name);
    }
  }

  function send(): void {
    if (said.length === 0) return;
    const flight = new Flight(said, forgotten.splice(0), forget);
    said = [];
    saidBytes = 0;
    client.query(flight);
  }

  return {
    put({ sql: text, parameters }: Statement) {
      const values = valuesOf(parameters).map(asSent);
      const bytes = values.reduce((sum, each) => sum + (each?.length ?? 0), 0);
      if (saidBytes + bytes > maxFlightBytes) send();
      saidBytes += bytes;
      const { prepared, isNew } = planned(text);
      const answered = Promise.withResolvers<Answer>();
      // It is waited for later, if at all.
      answered.promise.catch(() => undefined);
      said.push({ text, values, prepared, isNew, fields: prepared?.fields, rows: [], answered });
      return answered.promise;
    },
    send,
  };
}

/** What `pg` takes for one query, and hands the messages of its answer to. It reports to whoever put each statement. */
class Flight extends Query {
  /** Set by the client, which stops its deadline with it. */
  declare callback: ((error?: Error) => void) | undefined;
  readonly #said: readonly Said[];
  readonly #forgotten: readonly string[];
  readonly #onFailure: (said: readonly Said[]) => void;
  #at = 0;

  constructor(said: readonly Said[], forgotten: readonly string[], onFailure: (said: readonly Said[]) => void) {
    super({ text: '' });
    this.#said = said;
    this.#forgotten = forgotten;
    this.#onFailure = onFailure;
  }

  override submit = (connection: unknown): void => {
    const wire = connection as Wire;
    wire.stream.cork();
    try {
      for (const name of this.#forgotten) wire.close({ type: 'S', name });
      for (const { text, values, prepared, isNew, fields } of this.#said) {
        const name = prepared?.name ?? '';
        if (isNew) wire.parse({ name, text });
        wire.bind({ statement: name, values });
        if (!fields) wire.describe({ type: 'P' });
        wire.execute();
      }
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
  };

  handleRowDescription({ fields }: { fields: FieldDef[] }): void {
    const said = this.#said[this.#at];
    if (said) said.fields = fields;
  }

  handleDataRow({ fields: cells }: { fields: (string | null)[] }): void {
    const said = this.#said[this.#at];
    said?.rows.push(rowOf(said.fields ?? [], cells));
  }

  handleCommandComplete({ text }: { text: string }): void {
    const said = this.#said[this.#at];
    this.#at += 1;
    if (!said) return;
    // Without a description there are no rows.
    if (said.prepared) said.prepared.fields = said.fields ?? [];
    const [command = ''] = text.split(' ', 1);
    said.answered.resolve(answerTo(command, said.rows, Number(text.slice(text.lastIndexOf(' ') + 1))));
  }

  handleError(error: Error): void {
    const failed = this.#said.slice(this.#at);
    this.#at = this.#said.length;
    if (failed.length > 0) this.#onFailure(this.#said);
    for (const { answered } of failed) answered.reject(error);
    this.callback?.(error);
  }

  handleReadyForQuery(): void {
    this.callback?.();
  }
}

/** As the client's own queries give it. */
function rowOf(fields: readonly FieldDef[], cells: readonly (string | null)[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [i, { name, dataTypeID }] of fields.entries()) {
    const cell = cells[i] ?? null;
    row[name] = cell === null ? null : parserOf(dataTypeID)(cell);
  }
  return row;
}

function asSent(value: ReturnType<typeof valuesOf>[number]): string | Buffer | null {
  if (value === null || typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return String(value);
}
