/** What the suite of the store runs over. */
export type Backend = 'SQLite' | 'PGlite' | 'PostgreSQL';

/** Rows that cannot be shown on a backend, by title, and why. */
export type Inability = { reason: string; rows: readonly string[] };

/** All that is left out anywhere. Every other row runs on every backend. */
export const cannotShow: Readonly<Record<Backend, readonly Inability[]>> = {
  SQLite: [],
  PGlite: [
    {
      reason:
        'PGlite is one session that all connections take turns on: its locks keep nobody out, and no two transactions are ever open at once',
      rows: [
        'two processes writing: no pause of an event loop over 250 ms, nothing lost, seq dense, the tail whole',
        'the bell rings within 1.5 s after a commit of another process',
        'kill -9 of a writing process loses no acknowledged write and tears none',
      ],
    },
  ],
  PostgreSQL: [],
};
