import { encodeJson } from '../json.ts';
import { type Db, run, type Script } from '../script.ts';
import { nextRev } from './append-events.ts';

export type NewSession = {
  sessionId: string;
  /** Null for a session kept for a foreign ADK program. */
  userId: string | null;
  agentId: string;
  title: string;
  titleIsSet: boolean;
  corpora: readonly string[];
  origin: 'web' | 'api' | 'adk';
  /** When it is erased by itself. */
  temporaryUntil?: string;
  at: string;
};

/** A session's row, as every new one begins: active, with nothing in its log. */
export function* insertSession(db: Db, session: NewSession): Script<void> {
  yield* run(
    db.insertInto('user_sessions').values({
      session_id: session.sessionId,
      user_id: session.userId,
      active_agent_id: session.agentId,
      title: session.title,
      title_is_set: session.titleIsSet ? 1 : 0,
      corpora: encodeJson(session.corpora),
      created_at: session.at,
      last_activity: session.at,
      is_active: 1,
      message_count: 0,
      user_query_count: 0,
      last_seq: 0,
      last_turn_no: 0,
      rev: nextRev,
      archived: 0,
      pinned: 0,
      deleted_at: null,
      origin: session.origin,
      temporary_until: session.temporaryUntil ?? null,
    }),
  );
}
