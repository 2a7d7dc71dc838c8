/** Something that the two stores do otherwise, and the files of its implementation, by their names in `sqlite/` and `postgres/`. */
export type StoreDifference = {
  what: string;
  sqlite: string;
  postgres: string;
  why: string;
  files: { sqlite: readonly string[]; postgres: readonly string[] };
};

/** All of them: what is not here, both do alike, and every row of the suite shows it of both. */
export const storeDifferences: readonly StoreDifference[] = [
  {
    what: 'who may share it',
    sqlite: 'processes of one machine, on one data directory',
    postgres: 'any number of machines',
    why: 'a file is shared by what can lock it; a server by whoever reaches it',
    files: {
      sqlite: ['sqlite-store.ts', 'open.ts', 'unavailable.ts'],
      postgres: ['postgres-store.ts', 'connect.ts', 'prepare-schema.ts', 'names.ts'],
    },
  },
  {
    what: 'what keeps writers apart',
    sqlite: 'the one writable handle of a process, in a thread; between processes the lock of the file',
    postgres: 'an advisory lock that every transaction begins with',
    why: 'both give ids in the order in which they can be seen, which the log is followed by',
    files: { sqlite: ['writer.worker.ts', 'writer-messages.ts'], postgres: [] },
  },
  {
    what: 'how statements reach the database',
    sqlite: 'each by a call in the writer’s thread',
    postgres: 'all that one wait needs as one packet, answered as one; lists as binary arrays',
    why: 'a call costs microseconds, a way there and back what a hundred statements do',
    files: { sqlite: [], postgres: ['flight.ts', 'outbox.ts', 'encode-list.ts'] },
  },
  {
    what: 'a command that fails in a batch',
    sqlite: 'is undone alone, by its savepoint',
    postgres: 'undoes the batch, and each of its commands is run again in a transaction of its own',
    why: 'a savepoint is free in the process, and costs as much as the command over a wire',
    files: { sqlite: [], postgres: [] },
  },
  {
    what: 'point reads, lists and other scans',
    sqlite: 'point reads on the main thread, scans in threads',
    postgres: 'both on pools of connections; a statement over its deadline is cancelled by the server',
    why: 'SQLite works where it is called; a server works elsewhere',
    files: { sqlite: ['reader.worker.ts'], postgres: ['readers.ts'] },
  },
  {
    what: 'searching',
    sqlite: 'in the memory of one thread of the process',
    postgres:
      'in the memory of one thread of each instance; over 1,000,000 vectors of one embedder, those by pgvector where it is installed',
    why: 'both rank alike to the last digit; what is too much for each instance belongs where it is once',
    files: { sqlite: [], postgres: ['search.worker.ts', 'near-tables.ts', 'near-vectors.ts'] },
  },
  {
    what: 'who keeps people’s rows apart',
    sqlite: 'the queries, which name whom they read for',
    postgres:
      'the queries, and the database itself: a role and a pool for each kind of reader, row security forced on every table',
    why: 'a file has no roles',
    files: { sqlite: [], postgres: ['reading-pools.ts'] },
  },
  {
    what: 'how others hear of a commit',
    sqlite: 'a line to a unix socket of each process; behind it, the version of the file every 250 ms',
    postgres:
      'a notification right after the commit, at most every 10 ms; behind it, the text of the snapshot every 250 ms',
    why: 'the hint is what each has, the truth is asked for in both',
    files: { sqlite: ['watch-data-version.ts'], postgres: [] },
  },
  {
    what: 'who lives',
    sqlite: 'a lock on a file, which the kernel frees',
    postgres: 'a lock of a session, which the server frees; gone is who holds none at two looks, a second apart',
    why: 'a connection is lost and had again while its process lives, a file’s lock is not',
    files: { sqlite: ['presence.ts'], postgres: [] },
  },
  {
    what: 'time of leases',
    sqlite: 'the monotonic clock of this boot of the machine',
    postgres: 'the database’s clock, carried on by the machine’s monotonic clock',
    why: 'machines that share work need one clock',
    files: { sqlite: [], postgres: ['database-clock.ts'] },
  },
  {
    what: 'originals',
    sqlite: 'files in a folder beside the database',
    postgres: 'rows of 256 KiB in the database',
    why: 'machines share the database and no folder',
    files: { sqlite: [], postgres: ['postgres-files.ts', 'in-chunks.ts', 'moving-files.ts'] },
  },
  {
    what: 'backup',
    sqlite: 'a copy of pages by SQLite itself, while writers go on',
    postgres: 'rows of one snapshot, copied into a database of SQLite',
    why: 'pages are copied faster than rows, and a server’s pages are its own',
    files: { sqlite: ['copy-database.ts'], postgres: [] },
  },
  {
    what: 'text, numbers and truth in columns',
    sqlite: 'text, integer, real, 0 and 1',
    postgres: 'text collate "C", bigint, double precision, 0 and 1',
    why: 'a query gives the same rows in the same order whatever the database’s language',
    files: { sqlite: [], postgres: [] },
  },
  {
    what: 'removed text in the files of the database',
    sqlite: 'overwritten, and the log of changes is cut before it counts as gone',
    postgres: 'out of every table with its transaction; vacuum, the server’s log and its backups are the operator’s',
    why: 'no client may reach into a server’s files',
    files: { sqlite: [], postgres: [] },
  },
];
