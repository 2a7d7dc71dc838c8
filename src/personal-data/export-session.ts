import { type Actor, byOf } from '../access/actor.ts';
import type { Retention } from '../access/retention-rules.ts';
import type { Clock } from '../clock.ts';
import type { ExportedSession, SessionExportFormat } from '../contract/session-export.ts';
import { AppError } from '../errors.ts';
import { sessionFor } from '../sessions/rows-for.ts';
import { requireSession } from '../sessions/sessions.ts';
import type { Store } from '../store/store.ts';
import { encoded } from './encoded.ts';
import { sessionMarkdown } from './session-markdown.ts';
import { sessionText, storedEvents } from './session-text.ts';
import { toldTurns } from './told-turns.ts';

export type SessionExportPorts = {
  store: Store;
  clock: Clock;
  retention: Pick<Retention, 'rules'>;
  /** Whether who came with this credential may still come. */
  isLive(actor: Actor): Promise<boolean>;
};

export type SessionExport = { session: ExportedSession; bytes: AsyncGenerator<Uint8Array> };

/** One session for whoever may read it, read while it is sent; it is on record before its first byte. Whoever may no longer read it gets
 *  no further page. A text that is streaming at that moment is not in it.
 *  @throws AppError not_found */
export async function exportSession(
  { store, clock, retention, isLive }: SessionExportPorts,
  actor: Actor,
  sessionId: string,
  format: SessionExportFormat,
): Promise<SessionExport> {
  const record = await requireSession({ store }, actor, sessionId, 'session.read');
  // With whom it is shared, and for how long it is kept here, is nothing of what was said.
  const { sharing: _, kept_until: _until, ...shown } = await sessionFor({ store, retention }, record);
  const session = { ...shown, deleted_at: null };
  const at = clock.now();
  if (!(await store.write.noteSessionExport({ sessionId, userId: actor.userId, format, at, by: byOf(actor) }))) {
    throw new AppError('not_found');
  }
  const events = storedEvents(store, { sessionId, userId: actor.userId }, async () => {
    if (!(await isLive(actor))) throw new AppError('unauthenticated');
    await requireSession({ store }, actor, sessionId, 'session.read');
  });
  const authors = await namesOfAuthors(store, { sessionId, userId: actor.userId });
  const texts = {
    json: () => sessionText(session, events),
    page: () => sessionText(session, events),
    markdown: () => sessionMarkdown(session, toldTurns(events), { at, by: actor.username, authors }),
  };
  return { session, bytes: encoded(texts[format]()) };
}

/** None while its owner alone wrote in it. */
async function namesOfAuthors(
  store: Store,
  of: { sessionId: string; userId: string },
): Promise<ReadonlyMap<string, string>> {
  const { authors = [] } = (await store.scan.sessionPeople(of)) ?? {};
  return new Map(authors.length > 1 ? authors.map(({ user_id, display_name }) => [user_id, display_name]) : []);
}
