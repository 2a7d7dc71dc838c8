import { type Actor, byOf } from '../access/actor.ts';
import type { Clock } from '../clock.ts';
import type { ImportedEvent, ImportedTurn } from '../store/commands/import-session.ts';
import type { Store } from '../store/store.ts';
import type { RebuiltSession } from './rebuild-session.ts';

/** A bite takes some tens of milliseconds, which is how long others' writes wait for it. */
const rowsAtOnce = 200;
const charsAtOnce = 512 * 1024;

/** Stores a rebuilt session in bites; it is seen once the last is stored, and not before. */
export async function storeImport(
  { store, clock }: { store: Store; clock: Clock },
  actor: Actor,
  session: RebuiltSession,
  origin: 'web' | 'api',
): Promise<'imported' | 'already_here' | 'gone'> {
  const { sessionId, userId, agentId, turns, events, title, messages, ...facts } = session;
  const begun = await store.write.beginImport({ ...facts, sessionId, userId, agentId, origin, at: clock.now() });
  if (begun === 'already_here') return begun;
  if (begun === 'no_such_user') return 'gone';
  if (!(await storeBites(store, session))) return 'gone';
  return store.write.finishImport({
    sessionId,
    userId,
    importedFrom: facts.importedFrom,
    title,
    deletedAt: facts.deletedAt,
    turns: turns.length,
    events: events.length,
    messages,
    at: clock.now(),
    by: byOf(actor),
  });
}

/** Stores turns and events of a session that was begun; false where it is gone meanwhile. */
export async function storeBites(
  store: Store,
  { sessionId, userId, agentId, turns, events }: RebuiltSession,
): Promise<boolean> {
  for (const bite of bitesOf(turns, events)) {
    if ((await store.write.storeImported({ sessionId, userId, agentId, ...bite })) === 'gone') return false;
  }
  return true;
}

type Bite = { turns: readonly ImportedTurn[]; events: readonly ImportedEvent[] };

/** Turns first: whoever looks at an event finds its turn. */
function* bitesOf(turns: readonly ImportedTurn[], events: readonly ImportedEvent[]): Generator<Bite> {
  for (const some of inBites(turns)) yield { turns: some, events: [] };
  for (const some of inBites(events)) yield { turns: [], events: some };
}

function* inBites<T>(rows: readonly T[]): Generator<T[]> {
  let bite: T[] = [];
  let chars = 0;
  for (const row of rows) {
    bite.push(row);
    chars += JSON.stringify(row).length;
    if (bite.length < rowsAtOnce && chars < charsAtOnce) continue;
    yield bite;
    bite = [];
    chars = 0;
  }
  if (bite.length > 0) yield bite;
}
