import type { DatabaseSync } from 'node:sqlite';

/** How often the file is asked whether anybody committed: the truth behind the bell. Asking costs microseconds, and what needs two
 *  commits one after the other (a message, then its claim) must be seen within 1.5 s also when no bell rings. */
const pollMs = 250;

/** Calls back soon after anybody else than this handle committed to the file; returns how to end it. */
export function watchDataVersion(database: DatabaseSync, onChange: () => void): () => void {
  const statement = database.prepare('pragma data_version');
  const read = () => Number(statement.get()?.data_version);
  let seen = read();
  const timer = setInterval(() => {
    let version: number;
    try {
      version = read();
    } catch {
      // The file is busy or out of reach for a moment: whoever reads or writes it says so, and it is asked again.
      return;
    }
    if (version === seen) return;
    seen = version;
    onChange();
  }, pollMs);
  return () => clearInterval(timer);
}
