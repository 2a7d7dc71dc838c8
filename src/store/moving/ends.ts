import type { StoreTable } from './store-tables.ts';

/** Values in the order of the table's columns; both databases give and take the same. */
export type MovedRow = readonly (string | number | null | Uint8Array)[];

/** One moment of a store, read while others write to it. */
export type MovingSource = {
  /** The newest migration of the schema. */
  schemaVersion(): Promise<number>;
  count(table: StoreTable): Promise<number>;
  /** All rows in the order of the key, some at a time. */
  rows(table: StoreTable): AsyncIterable<readonly MovedRow[]>;
  close(): Promise<void>;
};

/** A store that is filled in one transaction: it is there whole or not at all. */
export type MovingTarget = {
  /** Whether nobody ever used it. */
  isEmpty(): Promise<boolean>;
  insert(table: StoreTable, rows: readonly MovedRow[]): Promise<void>;
  commit(): Promise<void>;
  /** Undoes what was not committed. */
  close(): Promise<void>;
};
