import { appendFileSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { isMainThread } from 'node:worker_threads';
import { monotonicNs } from './stamps.ts';

/** Loaded ahead of a server with `--import`: notes when each commit of the journal became durable, in the thread that
 *  commits. Appends a line for each to the file that `BENCH_COMMITS` names: the moment, then all text it committed. */
const file = process.env.BENCH_COMMITS;
if (file !== undefined && !isMainThread) noteCommits(file);

function noteCommits(path: string): void {
  let texts: string[] = [];
  const prepare = DatabaseSync.prototype.prepare;
  DatabaseSync.prototype.prepare = function (sql, ...more): StatementSync {
    const statement = prepare.call(this, sql, ...more);
    if (/^insert into "turn_journal"/i.test(sql)) {
      const all = statement.all.bind(statement);
      statement.all = (...values: unknown[]) => {
        texts.push(...values.filter((value): value is string => typeof value === 'string' && value.startsWith(' t')));
        return all(...(values as SQLInputValue[]));
      };
    }
    if (sql === 'commit') {
      const run = statement.run.bind(statement);
      statement.run = () => {
        const result = run();
        if (texts.length > 0) appendFileSync(path, `${monotonicNs()}${texts.join('')}\n`);
        texts = [];
        return result;
      };
    }
    return statement;
  };
}
