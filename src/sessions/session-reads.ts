import { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { SessionRead } from '../contract/sessions.ts';
import type { Store } from '../store/store.ts';
import { requireSession } from './sessions.ts';

const shownReads = 100;
const personalOfRead = z.object({ reason: z.string() });

/** Readings of a session by administrators, newest first, as the audit log holds them.
 *  @throws AppError not_found */
export async function listSessionReads(
  ports: { store: Store },
  actor: Actor,
  sessionId: string,
): Promise<SessionRead[]> {
  await requireSession(ports, actor, sessionId, 'session.read');
  const rows = await ports.store.scan.sessionReads({ sessionId, limit: shownReads });
  return rows.map(({ at, username, personal }) => ({
    at,
    username: username ?? '',
    reason: personal === null ? null : personalOfRead.parse(JSON.parse(personal)).reason,
  }));
}
