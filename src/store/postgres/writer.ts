import { Client } from 'pg';
import { AppError } from '../../errors.ts';
import type { Command, Topic } from '../command.ts';
import { commands } from '../commands/index.ts';
import { postgresBuilder, type Script } from '../script.ts';
import { fromWireError, toWireError } from '../wire.ts';
import { clientConfig, isUnavailable } from './connect.ts';
import { type Sent, send } from './drive.ts';
import { createFlights } from './flight.ts';
import type { Names } from './names.ts';
import type { Outbox } from './outbox.ts';
import type { ConnectionSettings } from './row-security/act-as.ts';

/** Runs commands: all that wait share one transaction, and over all instances one transaction runs at a time. */
export type Writer = {
  /** Resolves after the commit is on the server's disk. */
  write(name: string, args: unknown): Promise<unknown>;
  onCommit(listener: (topics: readonly Topic[]) => void): () => void;
  close(): Promise<void>;
};

export type WriterOptions = {
  url: string;
  /** What its connection begins with. */
  settings: ConnectionSettings;
  names: Names;
  instanceId: string;
  /** Tests only: what is called before and after each commit, for every command in it. */
  atPoint?: (moment: 'before' | 'after', name: string) => void;
  batchCommands?: number;
  /** Benchmarks and tests only: called whenever an answer of the server is waited for. */
  onRoundTrip?: () => void;
};

/** A batch ends at whichever comes first. */
const maxBatchCommands = 256;
const maxBatchMs = 10;
/** How long a batch waits for another instance's before its commands are refused. */
const lockTimeoutMs = 5_000;
/** How long a transaction may stand still before the server undoes it: a process that is held up, or that the network lost, would keep all others
 *  from writing. */
const standstillMs = 2_000;
/** A statement without an answer after this has none to wait for: the way to the server swallows what is sent, and nobody says so. The longest wait that
 *  a server knows of is the one for the lock. */
const answerTimeoutMs = 15_000;
/** Commands waiting for their commit at once; one more is refused with 503. */
const maxWaiting = 5_000;

/** Of every transaction of the writer's connection. */
const settings = `set lock_timeout = ${lockTimeoutMs}; set idle_in_transaction_session_timeout = ${standstillMs}; set synchronous_commit = on;
  set default_transaction_isolation = 'read committed'`;
const commitStatement = { sql: 'commit', parameters: [] };
/** Who hears of it gives nothing more of a session until they know who may read it: no instance may hear of a later commit before. So these are told with
 *  the commit itself. */
const toldWithCommit: Topic = 'sharing';
/** Not where nothing was written. */
const notify = 'select pg_notify($1, $2) where pg_current_xact_id_if_assigned() is not null';

const lostAnswer =
  'The store cannot be used at the moment. A change may have been stored; a message sent again with the same id arrives once.';

/** Commands that ran as one, and what was sent for them. */
type Ran = { taken: readonly Waiting[]; topics: readonly Topic[]; results: unknown[] | Promise<unknown[]>; sent: Sent };
/** What one transaction runs. */
type Batch = { begun: Promise<unknown>; taken: Waiting[]; ran: Ran[] };

/** The connection, and what is said on it. */
type Opened = { client: Client; outbox: Outbox };

type Waiting = { name: string; args: unknown; resolve(result: unknown): void; reject(error: Error): void };

export function createWriter(options: WriterOptions): Writer {
  const registry = commands as unknown as Record<string, Command<unknown, unknown>>;
  const builder = postgresBuilder();
  const listeners = new Set<(topics: readonly Topic[]) => void>();
  const queue: Waiting[] = [];
  let inBatch = 0;
  let running: Promise<void> | undefined;
  let open: Opened | undefined;
  let closed: Error | undefined;
  const batchCommands = options.batchCommands ?? maxBatchCommands;
  const beginning = ['begin', `select pg_advisory_xact_lock(${options.names.writeLock})`];

  /** Commits everything that waits, batch by batch. */
  async function drain(): Promise<void> {
    // What one turn of the event loop asks for meets in one batch.
    await Promise.resolve();
    while (queue.length > 0) await commitSome(queue);
    inBatch = 0;
    // At once: what a caller asks for next begins another run.
    running = undefined;
  }

  async function connected(): Promise<Opened> {
    if (open) return open;
    const client = new Client({
      ...clientConfig({ url: options.url, name: 'writer', settings: options.settings }),
      query_timeout: answerTimeoutMs,
    });
    client.on('error', () => drop(client));
    client.on('end', () => drop(client));
    await client.connect();
    await client.query(settings);
    open = { client, outbox: createFlights(client) };
    return open;
  }

  function drop(lost: Client): void {
    if (open?.client === lost) open = undefined;
    lost.end().catch(() => undefined);
  }

  /** Commits some of what waits in one transaction. Its beginning, what nobody waits for and its end go out together with what is waited for. If a
   *  command fails in it, all that it did is undone, and each of its commands has a transaction of its own: failures are few, and a savepoint around
   *  every command costs as much as the command.
   *  @returns why the database could not be used, when none could begin: then all that waits is refused */
  async function commitSome(waiting: Waiting[]): Promise<Error | undefined> {
    let opened: Opened;
    try {
      opened = await connected();
    } catch (error) {
      return refuseAll([], waiting, toError(error));
    }
    const { outbox } = opened;
    const begun = Promise.all(beginning.map((sql) => outbox.put({ sql, parameters: [] })));
    begun.catch(() => undefined);
    const batch: Batch = { begun, taken: [], ran: [] };
    const failure = await runSome(outbox, waiting, batch);
    if (failure) {
      await rollBack(opened);
      return again(batch, waiting, failure);
    }
    const { taken, ran } = batch;
    try {
      for (const { name } of taken) options.atPoint?.('before', name);
      await commit(outbox, ran);
    } catch (error) {
      if (await rollBack(opened)) return again(batch, waiting, await causeOf(ran, error));
      // Without the server's own word nobody knows what became of a commit.
      refuse(taken, new AppError('store_unavailable', { detail: lostAnswer, cause: error }));
      return undefined;
    }
    for (const { name } of taken) options.atPoint?.('after', name);
    const topics = await topicsOf(ran);
    const outcomes = await Promise.allSettled(ran.map(async (each) => each.results));
    for (const [i, outcome] of outcomes.entries()) answer(ran[i]?.taken ?? [], outcome);
    if (topics.length > 0) for (const listener of listeners) listener(topics);
    return undefined;
  }

  /** Ends the transaction. Nobody waits for one that wrote nothing.
   *  @throws when it was not committed */
  async function commit(outbox: Outbox, ran: readonly Ran[]): Promise<void> {
    const writing = ran.filter((each) => each.sent.writes);
    const topics = new Set(writing.flatMap((each) => each.topics));
    if (topics.has(toldWithCommit)) {
      void outbox.put({ sql: notify, parameters: [options.names.channel, `${options.instanceId} ${toldWithCommit}`] });
    }
    const committed = outbox.put(commitStatement);
    outbox.send();
    if (writing.length === 0) return;
    options.onRoundTrip?.();
    const { command } = await committed;
    if (command !== 'COMMIT') throw new AppError('internal', { cause: new Error(`the commit ended as ${command}`) });
  }

  /** After a transaction that was undone. */
  async function again({ begun, taken }: Batch, waiting: Waiting[], failure: Error): Promise<Error | undefined> {
    const [began] = await Promise.allSettled([begun]);
    if (began.status === 'rejected') return refuseAll(taken, waiting, toError(began.reason));
    if (taken.length === 1) refuse(taken, failure);
    else await commitEach(taken);
    return undefined;
  }

  /** Each in a transaction of its own; once none can begin, nobody waits for the next to find that out too. */
  async function commitEach(taken: readonly Waiting[]): Promise<void> {
    for (const [i, each] of taken.entries()) {
      const why = await commitSome([each]);
      if (why) return refuse(taken.slice(i + 1), why);
    }
  }

  /** Runs commands until the batch is full, or one fails: then why. */
  async function runSome(outbox: Outbox, waiting: Waiting[], batch: Batch): Promise<Error | undefined> {
    let begunMs = Number.POSITIVE_INFINITY;
    void batch.begun.then(
      () => (begunMs = performance.now()),
      () => undefined,
    );
    while (batch.taken.length < batchCommands && performance.now() - begunMs < maxBatchMs) {
      const some = takeSome(waiting, batchCommands - batch.taken.length);
      const [each] = some;
      if (!each) return undefined;
      batch.taken.push(...some);
      inBatch = batch.taken.length;
      const command = registry[each.name];
      if (!command) return new AppError('internal', { cause: new Error(`no command ${each.name}`) });
      const sent: Sent = { changed: [], writes: false };
      try {
        const { result } = await send(outbox, scriptOf(command, some), sent, options.onRoundTrip);
        batch.ran.push({ taken: some, topics: command.topics, results: result, sent });
      } catch (error) {
        return toError(error);
      }
    }
    return undefined;
  }

  /** The first of what waits, and what waits behind it and can be run with it as one. */
  function takeSome(waiting: Waiting[], max: number): Waiting[] {
    const [head] = waiting;
    const keyOf = head && registry[head.name]?.joining?.keyOf;
    const keys = new Set<string>();
    const end = waiting.findIndex((each, i) => {
      const key = each.name === head?.name ? keyOf?.(each.args) : undefined;
      const isApart = i >= max || key === undefined || keys.has(key);
      if (key !== undefined) keys.add(key);
      return isApart;
    });
    return waiting.splice(0, end === -1 ? waiting.length : Math.max(end, 1));
  }

  function* scriptOf(command: Command<unknown, unknown>, some: readonly Waiting[]): Script<unknown[]> {
    const list = some.map((each) => each.args);
    if (command.joining && list.length > 1) return yield* command.joining.run(builder, list);
    return [yield* command.run(builder, list[0])];
  }

  /** @returns whether the server took part: then nothing of the transaction stays */
  async function rollBack({ client, outbox }: Opened): Promise<boolean> {
    // By itself: what stands behind a failure in one piece is skipped.
    outbox.send();
    try {
      await client.query('rollback');
      return true;
    } catch {
      drop(client);
      return false;
    }
  }

  const isDraining = () => running !== undefined;

  return {
    write(name, args) {
      if (closed) return Promise.reject(closed);
      if (queue.length + inBatch >= maxWaiting) {
        return Promise.reject(new AppError('overloaded', { retryAfterSeconds: 1 }));
      }
      let copy: unknown;
      try {
        // What it holds at this moment is what is stored; what is no plain data is refused.
        copy = structuredClone(args);
      } catch (cause) {
        return Promise.reject(new AppError('internal', { cause }));
      }
      return new Promise((resolve, reject) => {
        queue.push({ name, args: copy, resolve, reject });
        running ??= drain();
      });
    },
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      while (isDraining()) await running;
      closed = new AppError('draining');
      await open?.client.end();
    },
  };
}

function refuse(waiting: readonly Waiting[], error: Error): void {
  for (const each of waiting) each.reject(error);
}

function refuseAll(taken: readonly Waiting[], waiting: Waiting[], error: Error): Error {
  refuse([...taken, ...waiting.splice(0)], error);
  return error;
}

/** The topics of what changed something: who is woken by a command that found nothing to do might ask again, without end. */
async function topicsOf(ran: readonly Ran[]): Promise<Topic[]> {
  const topics = new Set<Topic>();
  for (const each of ran) {
    const changed = await Promise.all(each.sent.changed);
    if (changed.some((rows) => rows > 0)) for (const topic of each.topics) topics.add(topic);
  }
  return [...topics];
}

/** Why a transaction was undone: the first that failed in it. */
async function causeOf(ran: readonly Ran[], error: unknown): Promise<Error> {
  const settled = await Promise.allSettled(ran.flatMap((each) => each.sent.changed));
  const failed = settled.find((each) => each.status === 'rejected');
  return toError(failed ? failed.reason : error);
}

function answer(taken: readonly Waiting[], outcome: PromiseSettledResult<unknown[]>): void {
  if (outcome.status === 'rejected') refuse(taken, toError(outcome.reason));
  else for (const [i, each] of taken.entries()) each.resolve(outcome.value[i]);
}

const toError = (error: unknown): Error => fromWireError(toWireError(error, isUnavailable));
