import { escapeLiteral, Pool, type PoolClient } from 'pg';
import { AppError } from '../../errors.ts';
import type { Query } from '../command.ts';
import { postgresBuilder, type Script, type Statement } from '../script.ts';
import { fromWireError, toWireError } from '../wire.ts';
import { clientConfig, isUnavailable } from './connect.ts';
import { drive, runStatement } from './drive.ts';
import type { ConnectionSettings } from './row-security/act-as.ts';
import { userSetting } from './row-security/roles.ts';

/** A pool of connections that read, each query from one moment. */
export type Readers = {
  /** @param userId  whose rows alone a connection of the member's role sees; for others undefined */
  read(query: Query<unknown, unknown>, args: unknown, userId?: string): Promise<unknown>;
  close(): Promise<void>;
};

const answerGraceMs = 2_000;
/** Reads that wait for a connection at once; one more is refused with 503. */
const maxWaiting = 1_000;

export function createReaders(options: {
  url: string;
  name: string;
  /** What its connections begin with. */
  settings: ConnectionSettings;
  connections: number;
  /** A read that takes longer is given up with 503. */
  deadlineMs: number;
}): Readers {
  const pool = new Pool({
    ...clientConfig({
      url: options.url,
      name: options.name,
      settings: options.settings,
      statementTimeoutMs: options.deadlineMs,
    }),
    max: options.connections,
    connectionTimeoutMillis: options.deadlineMs,
    idleTimeoutMillis: 30_000,
    // The server gives up first, unless nothing comes through from there.
    query_timeout: options.deadlineMs + answerGraceMs,
  });
  // A connection that is lost while nobody uses it is replaced when one is needed.
  pool.on('error', () => undefined);
  // One that is lost in use fails what was asked on it, and says so besides.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const builder = postgresBuilder();
  /** Queries of more than one statement, which need a transaction for one moment; found out when they are first run. */
  const long = new WeakSet<Query<unknown, unknown>>();

  async function readOn(
    client: PoolClient,
    query: Query<unknown, unknown>,
    args: unknown,
    userId: string | undefined,
  ): Promise<unknown> {
    const setUser = userId === undefined ? '' : `; set local ${userSetting} = ${escapeLiteral(userId)}`;
    if (!long.has(query)) {
      const alone = await readAlone(client, query.run(builder, args), setUser);
      if (alone.isDone) return alone.result;
      long.add(query);
    }
    const begun = client.query(`begin isolation level repeatable read read only${setUser}`);
    try {
      const [result] = await Promise.all([drive(client, query.run(builder, args)), begun]);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  }

  return {
    async read(query, args, userId) {
      if (pool.waitingCount >= maxWaiting) throw new AppError('overloaded', { retryAfterSeconds: 1 });
      let client: PoolClient | undefined;
      try {
        client = await pool.connect();
        const result = await readOn(client, query, args, userId);
        client.release();
        return result;
      } catch (error) {
        client?.release(!(error instanceof AppError));
        throw isCancelled(error) ? tookTooLong() : fromWireError(toWireError(error, isUnavailable));
      }
    },
    close: () => pool.end(),
  };
}

/** Runs a query's first statement by itself, which is all that most have; what has more begins again in a transaction.
 *  @param setUser  SQL that says whose rows it sees: then the statement is a transaction, sent in one piece */
async function readAlone(
  client: PoolClient,
  script: Script<unknown>,
  setUser: string,
): Promise<{ isDone: true; result: unknown } | { isDone: false }> {
  const first = script.next([]);
  if (first.done) return { isDone: true, result: first.value };
  if (first.value.with) return { isDone: false };
  const { rows } = await (setUser === '' ? runStatement(client, first.value) : runFor(client, first.value, setUser));
  const second = script.next(rows);
  return second.done ? { isDone: true, result: second.value } : { isDone: false };
}

async function runFor(client: PoolClient, statement: Statement, setUser: string): Promise<{ rows: unknown[] }> {
  const sent = [client.query(`begin read only${setUser}`), runStatement(client, statement), client.query('commit')];
  const [, answer] = await Promise.all(sent);
  return answer as { rows: unknown[] };
}

const queryCancelled = '57014';
const isCancelled = (error: unknown) => error instanceof Error && 'code' in error && error.code === queryCancelled;

const tookTooLong = () =>
  new AppError('overloaded', {
    detail: 'This took too long and was given up. Ask for less, or try again in a moment.',
    retryAfterSeconds: 5,
  });
