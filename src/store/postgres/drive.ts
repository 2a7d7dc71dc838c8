import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { storableText } from '../json.ts';
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

/** Runs a script to its end and gives its result and how many rows it changed; what it throws passes through. */
export async function drive<Result>(
  connection: Connection,
  script: Script<Result>,
): Promise<{ result: Result; changed: number }> {
  let changed = 0;
  let step = script.next([]);
  while (!step.done) {
    const answer = await runStatement(connection, step.value);
    changed += answer.changed;
    step = script.next(answer.rows);
  }
  return { result: step.value, changed };
}

function parameter(value: unknown): string | number | bigint | Buffer | null {
  switch (typeof value) {
    case 'string':
      return storableText(value);
    case 'number':
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    default:
      if (value === null || value === undefined) return null;
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      throw new TypeError(`a statement parameter of type ${typeof value}`);
  }
}
