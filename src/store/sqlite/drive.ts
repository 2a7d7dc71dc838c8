import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { parameter } from '../parameter.ts';
import type { Script, Statement } from '../script.ts';

/** Runs scripts on one SQLite handle, with prepared statements kept by their text. */
export type Driver = {
  /** Runs a script to its end and gives its result; what it throws passes through. */
  drive<Result>(script: Script<Result>): Result;
  exec(sql: string): void;
  /** How many rows scripts have inserted, updated and deleted so far, those that were rolled back too. Asking SQLite for its own
   *  count is two statements more for each command. */
  changedRows(): number;
};

type Prepared = { statement: StatementSync; givesRows: boolean; changesRows: boolean };

/** Statement texts are few (they come from commands and queries); a list of ids makes one for each length. */
const maxPrepared = 500;
const noRows: never[] = [];

export function createDriver(database: DatabaseSync): Driver {
  const prepared = new Map<string, Prepared>();
  let changedRows = 0;

  function prepare(sql: string): Prepared {
    let kept = prepared.get(sql);
    if (!kept) {
      if (prepared.size >= maxPrepared) prepared.clear();
      const statement = database.prepare(sql);
      const changesRows = /^\s*(?:insert|update|delete)\b/i.test(sql);
      prepared.set(sql, (kept = { statement, givesRows: statement.columns().length > 0, changesRows }));
    }
    return kept;
  }

  function rowsOf({ sql, parameters }: Statement): unknown[] {
    const { statement, givesRows, changesRows } = prepare(sql);
    const values = parameters.map(parameter);
    if (!givesRows) {
      const { changes } = statement.run(...values);
      if (changesRows) changedRows += Number(changes);
      return noRows;
    }
    const rows = statement.all(...values);
    if (changesRows) changedRows += rows.length;
    return rows;
  }

  return {
    drive(script) {
      let step = script.next([]);
      while (!step.done) {
        const { value } = step;
        step = script.next(value.with ? [value, ...value.with].map(rowsOf) : rowsOf(value));
      }
      return step.value;
    },
    exec: (sql) => prepare(sql).statement.run(),
    changedRows: () => changedRows,
  };
}
