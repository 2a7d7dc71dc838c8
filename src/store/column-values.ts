/** What a column of values is to PostgreSQL. */
export type ColumnKind = 'text' | 'bigint';

/** One parameter of a statement over rows: what they have in one column. */
export class ColumnValues {
  readonly kind: ColumnKind;
  readonly values: readonly unknown[];

  constructor(kind: ColumnKind, values: readonly unknown[]) {
    this.kind = kind;
    this.values = values;
  }
}
