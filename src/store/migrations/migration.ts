/** What the two dialects spell differently in table definitions. */
export type DdlDialect = {
  /** A key that grows with every insert. */
  autoId: string;
  bigint: string;
  bytes: string;
  /** What makes a table lie in the order of its primary key, where a database can. */
  byKey: string;
  /** Whether originals are kept in the database; else they are files beside it. */
  keepsFiles: boolean;
  /** The statements that make passages searchable by words in the database, and those that take this away. */
  textSearch: string[];
  dropTextSearch: string[];
  /** The statements after which the database keeps `session_counts` by itself. */
  countsSessions: string[];
  /** The statements that count the use of all turns there are. */
  countsUsage: string[];
  /** The statements that take a column away, with the constraints that name it. */
  dropColumn(gone: DroppedColumn): string[];
  /** The statements after which a table's `autoId` is given once, also when the newest row was deleted. */
  giveIdsOnce(table: TableOfIds): string[];
};

/** `definition` is the table's without the column, and `kept` names the columns left: SQLite cannot drop a column that a constraint
 *  names, and copies the table instead. */
export type DroppedColumn = { table: string; column: string; definition: string; kept: string };

/** A table, its definition for a kind of id, its columns, and its indexes, which a copy of it needs again. */
export type TableOfIds = { table: string; definition: (id: string) => string; columns: string; indexes: string[] };

/** One step forward. Never changed once released. */
export type Migration = { id: number; name: string; statements: (dialect: DdlDialect) => string[] };
