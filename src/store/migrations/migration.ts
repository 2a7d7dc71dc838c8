/** What the two dialects spell differently in table definitions. */
export type DdlDialect = {
  /** A key that grows with every insert. */
  autoId: string;
  bigint: string;
  bytes: string;
  /** The statements that make passages searchable by words. */
  textSearch: string[];
};

/** One step forward. Never changed once released. */
export type Migration = { id: number; name: string; statements: (dialect: DdlDialect) => string[] };
