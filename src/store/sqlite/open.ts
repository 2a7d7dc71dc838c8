import { DatabaseSync } from 'node:sqlite';

/** Opens the one writable handle of a process. WAL and full sync: a commit that returned survives a power cut. */
export function openWriter(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 0 });
  // Another process may hold the file for a moment while it switches to WAL; the first statements wait for it.
  database.exec('pragma busy_timeout = 5000');
  database.exec('pragma journal_mode = wal');
  database.exec('pragma synchronous = full');
  database.exec('pragma secure_delete = on');
  database.exec('pragma busy_timeout = 0');
  return database;
}

/** Opens a handle that can only read. A reader never waits for the writer in WAL mode. */
export function openReader(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 1000 });
  database.exec('pragma query_only = on');
  return database;
}
