import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { storableText } from '../json.ts';
import type { Script, Statement } from '../script.ts';

/** Runs scripts on one SQLite handle, with prepared statements kept by their text. */
export type Driver = {
  /** Runs a script to its end and gives its result; what it throws passes through. */
  drive<Result>(script: Script<Result>): Result;
  exec(sql: string): void;
};

/** Statement texts are few (they come from commands and queries); a list of ids makes one for each length. */
const maxPrepared = 500;

export function createDriver(database: DatabaseSync): Driver {
  const prepared = new Map<string, StatementSync>();

  function prepare(sql: string): StatementSync {
    let statement = prepared.get(sql);
    if (!statement) {
      if (prepared.size >= maxPrepared) prepared.clear();
      statement = database.prepare(sql);
      prepared.set(sql, statement);
    }
    return statement;
  }

  const rowsOf = (statement: Statement) => prepare(statement.sql).all(...statement.parameters.map(parameter));

  return {
    drive(script) {
      let step = script.next([]);
      while (!step.done) step = script.next(rowsOf(step.value));
      return step.value;
    },
    exec: (sql) => prepare(sql).run(),
  };
}

function parameter(value: unknown): SQLInputValue {
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
      if (value instanceof Uint8Array) return value;
      throw new TypeError(`a statement parameter of type ${typeof value}`);
  }
}
