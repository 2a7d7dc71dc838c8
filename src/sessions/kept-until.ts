import type { Retention } from '../access/retention-rules.ts';
import { daysAfter } from '../contract/retention.ts';
import type { Store } from '../store/store.ts';
import type { SessionRecord } from '../store/queries/session-rows.ts';

type Ports = { store: Pick<Store, 'read'>; retention: Pick<Retention, 'rules'> };

/** Until when sessions are kept by the rules, of those that a rule takes: none that is pinned, temporary or under a
 *  legal hold. */
export async function keptUntilOf(ports: Ports, records: readonly SessionRecord[]): Promise<Map<string, string>> {
  const rules = await ports.retention.rules();
  if (rules.sessions === null && rules.imported === null) return new Map();
  const held = await ports.store.read.heldAmong({ sessionIds: records.map((record) => record.session_id) });
  return new Map(
    records.flatMap((record) => {
      const days = record.imported_at === null ? rules.sessions : rules.imported;
      if (days === null || record.pinned === 1 || record.temporary_until !== null || record.user_id === null) return [];
      if (held.includes(record.session_id)) return [];
      const since = later(record.last_activity, record.imported_at);
      return [[record.session_id, daysAfter(since, days)] as const];
    }),
  );
}

const later = (time: string, other: string | null) => (other !== null && other > time ? other : time);
