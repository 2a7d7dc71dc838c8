import { chainHash } from '../audit-chain.ts';
import { command } from '../command.ts';
import { auditHead, type ChainHead } from '../queries/audit-chain.ts';
import { all, type Db, type Script, statement } from '../script.ts';

/** Chains records that are not yet, in the order of their commits, at most `maxRecords`. Whoever runs it twice, or two processes at
 *  once, chains every record once: it decides inside of the transaction that writes. Gives the head of the chain, and whether more wait. */
export const sealAudit = command([], function* (db: Db, args: { maxRecords: number }): Script<
  ChainHead & { sealed: number; more: boolean }
> {
  let { count, hash } = yield* auditHead(db);
  const records = yield* all(
    db
      .selectFrom('audit_log')
      .select(['position', 'at', 'actor_user_id', 'action', 'object_kind', 'object_id', 'facts'])
      .where('chain_no', 'is', null)
      .orderBy('position')
      .limit(args.maxRecords),
  );
  for (const { position, ...record } of records) {
    count += 1;
    hash = chainHash(hash, record);
    yield* seal.run(db, { position, count, hash });
  }
  return { count, hash, sealed: records.length, more: records.length === args.maxRecords };
});

const seal = statement<{ position: number; count: number; hash: string }>()((db, slots) =>
  db
    .updateTable('audit_log')
    .set({ chain_no: slots.count, chain_hash: slots.hash })
    .where('position', '=', slots.position),
);
