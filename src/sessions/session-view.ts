import type { Session, SessionRow } from '../contract/sessions.ts';
import type { Sharing } from '../contract/sharing.ts';
import type { SessionRecord } from '../store/queries/session-rows.ts';

type Seen = SessionRecord & { sharing?: Sharing; keptUntil?: string | undefined };

/** A stored session as the contract shows it. Pure. */
export function toSession(record: Seen): Session {
  const tags = JSON.parse(record.tags) as string[];
  return {
    session_id: record.session_id,
    username: record.username ?? '',
    created_at: record.created_at,
    last_activity: record.last_activity,
    title: record.title,
    agent: { id: record.active_agent_id, name: record.agent_name ?? record.active_agent_id },
    corpora: JSON.parse(record.corpora) as string[],
    chat_messages: record.message_count,
    user_queries: record.user_query_count,
    is_active: record.is_active === 1,
    archived: record.archived === 1,
    pinned: record.pinned === 1,
    last_seq: record.last_seq,
    imported_at: record.imported_at,
    ...(record.temporary_until !== null && { temporary_until: record.temporary_until }),
    ...(record.keptUntil !== undefined && { kept_until: record.keptUntil }),
    ...(tags.length > 0 && { tags }),
    ...(record.sharing && { sharing: record.sharing }),
  };
}

export function toSessionRow(record: Seen): SessionRow {
  return { ...toSession(record), running: record.running === 1, rev: record.rev };
}
