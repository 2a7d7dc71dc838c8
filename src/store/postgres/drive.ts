import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { parameter } from '../parameter.ts';
import type { Script, Statement } from '../script.ts';

/** What runs one statement; a client, or one of a pool. */
export type Connection = Pick<Client, 'query'>;

/** Rows of a statement, and how many it changed. */
type Answer = { rows: unknown[]; changed: number };

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

export async function runStatement(connection: Connection, { sql, parameters }: Statement): Promise<Answer> {
  const name = nameOf(connection, sql);
  const { rows, rowCount, command } = await connection.query({
    text: sql,
    values: parameters.map(parameter),
    ...(name !== undefined && { name }),
  });
  return { rows, changed: /^(?:INSERT|UPDATE|DELETE)$/.test(command) ? (rowCount ?? 0) : 0 };
}

/** Runs a script to its end and gives its result; what it throws passes through. Statements whose rows nobody looks at are sent and not
 *  waited for: the server runs all of a connection in their order.
 *  @param sent  takes the answers that are not there yet, each how many rows were changed; one that fails fails what comes after it */
export async function drive<Result>(
  connection: Connection,
  script: Script<Result>,
  sent: Promise<number>[] = [],
): Promise<Result> {
  try {
    let step = script.next([]);
    while (!step.done) {
      const answer = runStatement(connection, step.value);
      const changed = answer.then((each) => each.changed);
      // It is waited for later.
      changed.catch(() => undefined);
      sent.push(changed);
      step = script.next(step.value.isEffect === true ? [] : (await answer).rows);
    }
    return step.value;
  } catch (error) {
    throw await firstFailure(sent, error);
  }
}

/** Why the first of them failed: the later ones only say that one did. */
async function firstFailure(sent: readonly Promise<number>[], error: unknown): Promise<unknown> {
  const failed = (await Promise.allSettled(sent)).find((each) => each.status === 'rejected');
  return failed ? (failed.reason as unknown) : error;
}
