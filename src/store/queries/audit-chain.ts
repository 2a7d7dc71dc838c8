import { query } from '../command.ts';
import { type Db, first, type Script } from '../script.ts';

/** The end of the chain: how many records it has, and the last one's hash; 0 and nothing before the first. */
export type ChainHead = { count: number; hash: string };

/** Index: audit_log_chain. */
export function* auditHead(db: Db): Script<ChainHead> {
  const last = yield* first(
    db
      .selectFrom('audit_log')
      .select(['chain_no', 'chain_hash'])
      .where('chain_no', 'is not', null)
      .orderBy('chain_no', 'desc')
      .limit(1),
  );
  return { count: last?.chain_no ?? 0, hash: last?.chain_hash ?? '' };
}

export type AuditChain = ChainHead & {
  /** When the first record was made that is not chained yet; null when all are. */
  unsealedSince: string | null;
};

/** The chain at this moment. Indexes: audit_log_chain, audit_log_unsealed. */
export const auditChain = query(function* (db: Db, _args: Record<string, never>): Script<AuditChain> {
  const waiting = yield* first(
    db.selectFrom('audit_log').select('at').where('chain_no', 'is', null).orderBy('position').limit(1),
  );
  return { ...(yield* auditHead(db)), unsealedSince: waiting?.at ?? null };
});
