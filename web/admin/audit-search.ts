import { type AuditFilters, auditAction, auditObjectKind } from '../../src/contract/audit.ts';
import { textOf } from '../address.ts';
import { endOfDay, isDay, startOfDay } from '../ui/days.ts';

/** What the address of the page holds: filters, the page by its cursor, and whole days in the reader's own time. */
export type AuditSearch = {
  actor?: string;
  action?: AuditFilters['action'];
  object_kind?: AuditFilters['object_kind'];
  object_id?: string;
  from?: string;
  until?: string;
  cursor?: string;
};

/** Leaves out what no page of ours wrote. Pure. */
export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const dayOf = (name: string) => {
    const value = search[name];
    return isDay(value) ? value : undefined;
  };
  const found: { [Name in keyof AuditSearch]: AuditSearch[Name] | undefined } = {
    actor: textOf(search['actor']),
    action: auditAction.safeParse(search['action']).data,
    object_kind: auditObjectKind.safeParse(search['object_kind']).data,
    object_id: textOf(search['object_id']),
    from: dayOf('from'),
    until: dayOf('until'),
    cursor: textOf(search['cursor']),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as AuditSearch;
}

/** The filters as the server takes them: from the beginning of the first day to the end of the last. Pure but for the time zone. */
export function toAuditFilters({ cursor: _, from, until, ...rest }: AuditSearch): AuditFilters {
  return {
    ...rest,
    ...(from !== undefined && { from: startOfDay(from) }),
    ...(until !== undefined && { until: endOfDay(until) }),
  };
}
