import { createHash } from 'node:crypto';
import type { Client, QueryResult } from 'pg';
import { isQuestion, type Script, type Statement } from '../script.ts';
import { type Answer, answerTo, type Outbox, valuesOf } from './outbox.ts';

/** What runs one statement; a client, or one of a pool. */
export type Connection = Pick<Client, 'query'>;

/** Statements of one connection that the server keeps planned. Texts are few (they come from commands and queries); a list of ids makes one for
 *  each length, so only what comes again is kept. */
const maxPrepared = 500;
const prepared = new WeakMap<Connection, Map<string, string | undefined>>();

/** The name under which the server keeps a statement, from the second time on. */
function nameOf(connection: Connection, text: string): string | undefined {
  let names = prepared.get(connection);
  if (!names) prepared.set(connection, (names = new Map()));
  if (!names.has(text)) {
    if (names.size < maxPrepared) names.set(text, undefined);
    return undefined;
  }
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = createHash('sha256').update(text).digest('base64url')));
  return name;
}

/** @throws before anything is sent, see `Outbox` */
export function runStatement(connection: Connection, { sql, parameters }: Statement): Promise<Answer> {
  const values = valuesOf(parameters);
  const name = nameOf(connection, sql);
  return answerOf(connection.query({ text: sql, values, ...(name !== undefined && { name }) }));
}

async function answerOf(query: Promise<QueryResult>): Promise<Answer> {
  const { rows, rowCount, command } = await query;
  return answerTo(command, rows, rowCount ?? 0);
}

/** Each is sent as it is put. */
function sendingAtOnce(connection: Connection): Outbox {
  return { put: (statement) => runStatement(connection, statement), send: () => undefined };
}

/** What was sent for a script. */
export type Sent = {
  /** How many rows each statement changed; one that fails fails what comes after it. */
  changed: Promise<number>[];
  /** Whether any of them is more than a question. */
  writes: boolean;
};

/** Runs a script until nothing more is sent for it, and gives its result, or the promise of it where only answers are missing; what it throws
 *  passes through. Statements whose rows nobody looks at are sent and not waited for: the server runs all of a connection in their order. */
export async function send<Result>(
  outbox: Outbox,
  script: Script<Result>,
  sent: Sent = { changed: [], writes: false },
  onRoundTrip?: () => void,
): Promise<{ result: Result | Promise<Result> }> {
  try {
    let step = script.next([]);
    while (!step.done) {
      const { value: asked } = step;
      const answer = ask(outbox, asked, sent);
      if (asked.isLast === true) return { result: kept(answer.then((rows) => ended(script.next(rows)))) };
      if (asked.isEffect !== true) {
        outbox.send();
        onRoundTrip?.();
      }
      step = script.next(asked.isEffect === true ? [] : await answer);
    }
    return { result: step.value };
  } catch (error) {
    outbox.send();
    throw await firstFailure(sent.changed, error);
  }
}

/** Runs a script to its end. */
export async function drive<Result>(connection: Connection, script: Script<Result>): Promise<Result> {
  const { result } = await send(sendingAtOnce(connection), script);
  return result;
}

function ask(outbox: Outbox, asked: Statement, sent: Sent): Promise<unknown[]> {
  const answers = [asked, ...(asked.with ?? [])].map((each) => {
    const answer = outbox.put(each);
    if (!isQuestion(each)) sent.writes = true;
    sent.changed.push(kept(answer.then(({ changed }) => changed)));
    return answer.then(({ rows }) => rows);
  });
  return kept(asked.with ? Promise.all(answers) : (answers[0] ?? Promise.resolve([])));
}

/** It is waited for later, if at all. */
function kept<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function ended<Result>(step: IteratorResult<Statement, Result>): Result {
  if (step.done !== true) throw new Error('a script went on after its last statement');
  return step.value;
}

/** Why the first of them failed: the later ones only say that one did. */
async function firstFailure(sent: readonly Promise<number>[], error: unknown): Promise<unknown> {
  const failed = (await Promise.allSettled(sent)).find((each) => each.status === 'rejected');
  return failed ? (failed.reason as unknown) : error;
}
