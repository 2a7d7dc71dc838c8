import { ColumnValues } from '../column-values.ts';
import { parameter } from '../parameter.ts';
import type { Statement } from '../script.ts';
import { encodeList } from './encode-list.ts';

/** What the server said to a statement: its rows, how many it changed, and what it calls what it did (`INSERT`, `COMMIT`, `ROLLBACK`). */
export type Answer = { rows: unknown[]; changed: number; command: string };

/** Where the statements of one connection are put. The server keeps their order. */
export type Outbox = {
  /** @throws before anything is sent, when a value is none that can be stored: the server would know nothing of a statement that failed here */
  put(statement: Statement): Promise<Answer>;
  /** What was put is on its way after this, and not always before. */
  send(): void;
};

/** The parameters of a statement as the server takes them. */
export function valuesOf(parameters: readonly unknown[]): (ReturnType<typeof parameter> | Buffer)[] {
  return parameters.map((each) => (each instanceof ColumnValues ? encodeList(each) : parameter(each)));
}

const changing: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE']);

export function answerTo(command: string, rows: unknown[], count: number): Answer {
  return { rows, changed: changing.has(command) ? count : 0, command };
}
