import {
  daysAfter,
  type RetentionKind,
  type RetentionRun,
  retentionKey,
  retentionRunKey,
} from '../../contract/retention.ts';
import { byServer } from '../../contract/audit.ts';
import { command } from '../command.ts';
import { rulesNow } from '../retention/rules-now.ts';
import { accessesThatGo, auditNamesThatGo, sessionsThatGo } from '../retention/what-goes.ts';
import { all, type Db, type Script } from '../script.ts';
import { markForErasing } from './erase-sessions.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { storeSetting } from './settings.ts';

/** Sets for how many days a kind is kept; null is for ever. */
export const putRetentionRule = command(
  ['audit', 'settings'],
  function* (
    db: Db,
    args: Change & {
      kind: RetentionKind;
      keepDays: number | null;
      /** How much would go, as whoever sets it was shown. */
      wouldGo: number;
    },
  ): Script<void> {
    const { kind, keepDays, at, by } = args;
    const rules = yield* rulesNow(db);
    if (rules[kind] === keepDays) return;
    yield* storeSetting(db, { key: retentionKey, value: { ...rules, [kind]: keepDays }, at });
    yield* recordAudit(db, {
      at,
      by,
      action: 'retention.put',
      object: { kind: 'setting', id: `retention.${kind}` },
      facts: { keep_days: keepDays, was: rules[kind], would_go: args.wouldGo },
    });
  },
);

/** Kinds that this command takes; the bins and temporary sessions have commands of their own. */
export type SweptKind = Extract<RetentionKind, 'sessions' | 'imported' | 'document_accesses' | 'audit_personal'>;

/** Takes what is over by the rule as it is at this moment, at most so many rows, and says so in the audit log. Gives how many. */
export const sweepByRule = command(
  ['sessions', 'log', 'turns', 'audit'],
  function* (db: Db, args: { kind: SweptKind; max: number; at: string }): Script<number> {
    const { kind, max, at } = args;
    const keepDays = (yield* rulesNow(db))[kind];
    if (keepDays === null) return 0;
    const before = daysAfter(at, -keepDays);
    if (kind === 'sessions' || kind === 'imported') {
      const over = yield* all(sessionsThatGo(db, kind, before).select(['s.session_id', 's.last_activity']).limit(max));
      for (const { session_id, last_activity } of over) {
        yield* markForErasing(db, session_id, at);
        yield* recordAudit(db, {
          at,
          by: byServer,
          action: 'session.expired',
          object: { kind: 'session', id: session_id },
          facts: { rule: kind, keep_days: keepDays, last_activity },
        });
      }
      return over.length;
    }
    const gone = yield* takeRows(db, { kind, before, max });
    if (gone > 0) {
      yield* recordAudit(db, {
        at,
        by: byServer,
        action: 'retention.swept',
        object: { kind: 'setting', id: `retention.${kind}` },
        facts: { keep_days: keepDays, before, rows: gone },
      });
    }
    return gone;
  },
);

function* takeRows(
  db: Db,
  { kind, before, max }: { kind: 'document_accesses' | 'audit_personal'; before: string; max: number },
): Script<number> {
  if (kind === 'document_accesses') {
    const rows = accessesThatGo(db, before).select('l.position').limit(max);
    return (yield* all(db.deleteFrom('document_access_log').where('position', 'in', rows).returning('position')))
      .length;
  }
  const rows = auditNamesThatGo(db, before).select('l.position').limit(max);
  const cleared = yield* all(
    db
      .updateTable('audit_log')
      .set({ personal: null, personal_salt: null })
      .where('position', 'in', rows)
      .returning('position'),
  );
  return cleared.length;
}

/** Notes that the rules were carried out to the end. */
export const noteRetentionRun = command([], function* (db: Db, args: RetentionRun): Script<void> {
  yield* storeSetting(db, { key: retentionRunKey, value: args, at: args.at });
});
