import { type Actor, byOf } from '../access/actor.ts';
import type { Clock } from '../clock.ts';
import type { ExportedSession, SessionExportFormat } from '../contract/session-export.ts';
import { AppError } from '../errors.ts';
import { toSession } from '../sessions/session-view.ts';
import { requireSession } from '../sessions/sessions.ts';
import type { Store } from '../store/store.ts';
import { encoded } from './encoded.ts';
import { sessionMarkdown } from './session-markdown.ts';
import { sessionText, storedEvents } from './session-text.ts';
import { toldTurns } from './told-turns.ts';

export type SessionExportPorts = {
  store: Store;
  clock: Clock;
  /** Whether who came with this credential may still come. */
  isLive(actor: Actor): Promise<boolean>;
};

export type SessionExport = { session: ExportedSession; bytes: AsyncGenerator<Uint8Array> };

/** One session for whoever may read it, read while it is sent; it is on record before its first byte. Whoever may no longer read it gets
 *  no further page. A text that is streaming at that moment is not in it.
 *  @throws AppError not_found */
export async function exportSession(
  { store, clock, isLive }: SessionExportPorts,
  actor: Actor,
  sessionId: string,
  format: SessionExportFormat,
): Promise<SessionExport> {
  const record = await requireSession({ store }, actor, sessionId, 'session.read');
  const session = { ...toSession(record), deleted_at: null };
  const at = clock.now();
  if (!(await store.write.noteSessionExport({ sessionId, userId: actor.userId, format, at, by: byOf(actor) }))) {
    throw new AppError('not_found');
  }
  const events = storedEvents(store, { sessionId, userId: actor.userId }, async () => {
    if (!(await isLive(actor))) throw new AppError('unauthenticated');
    await requireSession({ store }, actor, sessionId, 'session.read');
  });
  const texts = {
    json: () => sessionText(session, events),
    page: () => sessionText(session, events),
    markdown: () => sessionMarkdown(session, toldTurns(events), at),
  };
  return { session, bytes: encoded(texts[format]()) };
}
