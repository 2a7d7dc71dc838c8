import type { SessionEvent } from '../contract/events.ts';
import type { EventRecord } from '../store/queries/log.ts';

/** A stored event as the contract sends it: common fields and the payload's side by side. Pure. */
export function toEvent(record: EventRecord): SessionEvent {
  const payload = JSON.parse(record.payload) as Record<string, unknown>;
  const common = {
    seq: record.seq,
    session_id: record.session_id,
    ...(record.turn_id !== null && { turn_id: record.turn_id }),
    at: record.at,
  };
  if ('redacted' in payload) return { ...common, type: 'redacted', reason: String(payload.redacted) };
  return { ...payload, ...common, type: record.type } as SessionEvent;
}
