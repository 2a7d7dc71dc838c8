import { query } from '../command.ts';
import { type Db, first, type Script } from '../script.ts';
import { wordsProgress } from './words-to-store.ts';

/** How many events of the log lie behind the one up to which words are stored. */
export const eventsWithoutWords = query(function* (db: Db, _args: Record<string, never>): Script<number> {
  const stored = (yield* wordsProgress(db))?.position ?? 0;
  const newest = yield* first(db.selectFrom('session_events').select((eb) => eb.fn.max('position').as('position')));
  return Math.max(0, (newest?.position ?? 0) - stored);
});
