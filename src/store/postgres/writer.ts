import { Client, escapeLiteral } from 'pg';
import { AppError } from '../../errors.ts';
import type { Command, Topic } from '../command.ts';
import { commands } from '../commands/index.ts';
import { postgresBuilder } from '../script.ts';
import { fromWireError, toWireError } from '../wire.ts';
import { clientConfig, isUnavailable } from './connect.ts';
import { drive } from './drive.ts';
import type { Names } from './names.ts';

/** Runs commands: all that wait share one transaction, and over all instances one transaction runs at a time. */
export type Writer = {
  /** Resolves after the commit is on the server's disk. */
  write(name: string, args: unknown): Promise<unknown>;
  onCommit(listener: (topics: readonly Topic[]) => void): () => void;
  close(): Promise<void>;
};

export type WriterOptions = {
  url: string;
  names: Names;
  instanceId: string;
  /** Tests only: what is called before and after each commit, for every command in it. */
  atPoint?: (moment: 'before' | 'after', name: string) => void;
  batchCommands?: number;
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

const lostAnswer =
  'The store cannot be used at the moment. A change may have been stored; a message sent again with the same id arrives once.';

/** A command that ran, with the answers that were not waited for: how many rows each statement changed. */
type Ran = { topics: readonly Topic[]; result: unknown; sent: Promise<number>[] };
/** What one transaction runs, and what came of it. */
type Batch = { taken: Waiting[]; ran: Ran[] };

type Waiting = { name: string; args: unknown; resolve(result: unknown): void; reject(error: Error): void };

export function createWriter(options: WriterOptions): Writer {
  const registry = commands as unknown as Record<string, Command<unknown, unknown>>;
  const builder = postgresBuilder();
  const listeners = new Set<(topics: readonly Topic[]) => void>();
  const queue: Waiting[] = [];
  let inBatch = 0;
  let running: Promise<void> | undefined;
  let client: Client | undefined;
  let closed: Error | undefined;
  const batchCommands = options.batchCommands ?? maxBatchCommands;
  const begin = `begin isolation level read committed; set local lock_timeout = ${lockTimeoutMs};
    set local idle_in_transaction_session_timeout = ${standstillMs}; set local synchronous_commit = on; select pg_advisory_xact_lock(${options.names.writeLock})`;

  /** Commits everything that waits, batch by batch. */
  async function drain(): Promise<void> {
    // What one turn of the event loop asks for meets in one batch.
    await Promise.resolve();
    while (queue.length > 0) await commitSome(queue);
    inBatch = 0;
    // At once: what a caller asks for next begins another run.
    running = undefined;
  }

  async function connected(): Promise<Client> {
    if (client) return client;
    const opened = new Client({
      ...clientConfig({ url: options.url, name: 'writer' }),
      query_timeout: answerTimeoutMs,
    });
    opened.on('error', () => drop(opened));
    opened.on('end', () => drop(opened));
    await opened.connect();
    client = opened;
    return opened;
  }

  function drop(lost: Client): void {
    if (client === lost) client = undefined;
    lost.end().catch(() => undefined);
  }

  /** Commits some of what waits in one transaction. If a command fails in it, all that it did is undone, and each of its commands has a transaction of
   *  its own: failures are few, and a savepoint around every command costs as much as the command.
   *  @returns why the database could not be used, when none could begin: then all that waits is refused */
  async function commitSome(waiting: Waiting[]): Promise<Error | undefined> {
    let connection: Client;
    try {
      connection = await connected();
      await connection.query(begin);
    } catch (error) {
      if (client) await rollBack(client);
      const why = fromWireError(toWireError(error, isUnavailable));
      refuse(waiting.splice(0), why);
      return why;
    }
    const batch: Batch = { taken: [], ran: [] };
    const topics = new Set<Topic>();
    const failure = (await runSome(connection, waiting, batch)) ?? (await answered(batch, topics));
    if (failure) {
      await rollBack(connection);
      if (batch.taken.length === 1) refuse(batch.taken, failure);
      else await commitEach(batch.taken);
      return undefined;
    }
    const { taken, ran } = batch;
    try {
      for (const { name } of taken) options.atPoint?.('before', name);
      if (topics.size > 0) void ring(connection, topics);
      const { command } = await connection.query('commit');
      // The answer to committing a transaction that failed before.
      if (command !== 'COMMIT') throw new AppError('internal', { cause: new Error(`the commit ended as ${command}`) });
    } catch (error) {
      refuse(taken, await afterFailedCommit(connection, error));
      return undefined;
    }
    for (const { name } of taken) options.atPoint?.('after', name);
    for (const [i, each] of taken.entries()) each.resolve(ran[i]?.result);
    if (topics.size > 0) for (const listener of listeners) listener([...topics]);
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
  async function runSome(connection: Client, waiting: Waiting[], batch: Batch): Promise<Error | undefined> {
    const startedMs = performance.now();
    while (batch.taken.length < batchCommands && performance.now() - startedMs < maxBatchMs) {
      const each = waiting.shift();
      if (!each) return undefined;
      batch.taken.push(each);
      inBatch = batch.taken.length;
      const command = registry[each.name];
      if (!command) return new AppError('internal', { cause: new Error(`no command ${each.name}`) });
      const sent: Promise<number>[] = [];
      try {
        const result = await drive(connection, command.run(builder, each.args), sent);
        batch.ran.push({ topics: command.topics, result, sent });
      } catch (error) {
        return fromWireError(toWireError(error, isUnavailable));
      }
    }
    return undefined;
  }

  /** Tells the other instances with the commit itself. A failure of it is one of the commit. */
  function ring(connection: Client, topics: ReadonlySet<Topic>): Promise<unknown> {
    const payload = [options.instanceId, ...topics].join(' ');
    return connection.query(`notify ${options.names.channel}, ${escapeLiteral(payload)}`).catch(() => undefined);
  }

  /** Without the server's own word nobody knows what became of a commit. */
  async function afterFailedCommit(connection: Client, error: unknown): Promise<Error> {
    const isAnswered =
      (error instanceof AppError || (error instanceof Error && 'severity' in error)) && client === connection;
    if (isAnswered) {
      await rollBack(connection);
      return fromWireError(toWireError(error, isUnavailable));
    }
    drop(connection);
    return new AppError('store_unavailable', { detail: lostAnswer, cause: error });
  }

  async function rollBack(connection: Client): Promise<void> {
    await connection.query('rollback').catch(() => drop(connection));
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
      await client?.end();
    },
  };
}

function refuse(waiting: readonly Waiting[], error: Error): void {
  for (const each of waiting) each.reject(error);
}

/** Waits for what was sent, and notes the topics of what changed something: who is woken by a command that found nothing to do might ask again,
 *  without end. */
async function answered({ ran }: Batch, topics: Set<Topic>): Promise<Error | undefined> {
  try {
    for (const each of ran) {
      const changed = await Promise.all(each.sent);
      if (changed.some((rows) => rows > 0)) for (const topic of each.topics) topics.add(topic);
    }
    return undefined;
  } catch (error) {
    return fromWireError(toWireError(error, isUnavailable));
  }
}
