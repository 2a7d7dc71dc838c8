import { chainHash } from '../../store/audit-chain.ts';
import type { VerifyReads } from '../../store/queries/verify.ts';
import type { Checks } from './checks.ts';

const recordsPage = 1_000;

/** Follows the audit chain (I8): numbers 1 to n in the order of commits, each hash over the one before, nothing sealed behind the
 *  unsealed tail. That a tail was cut off shows only against an anchor outside of the store. */
export async function checkAudit(read: VerifyReads, { I8 }: Checks): Promise<void> {
  let after = 0;
  let sealed = 0;
  let unsealed = 0;
  let previous = '';
  for (;;) {
    const records = await read.auditFrom({ after, limit: recordsPage });
    for (const record of records) {
      I8.see('audit records');
      const where = `audit record ${record.position}`;
      if (record.chain_no === null || record.chain_hash === null) {
        unsealed += 1;
        continue;
      }
      if (unsealed > 0) I8.breach(`${where}: sealed behind a record that is not`);
      if (record.chain_no !== sealed + 1) I8.breach(`${where}: number ${record.chain_no} after ${sealed}`);
      if (record.chain_hash !== chainHash(previous, record)) I8.breach(`${where}: the hash is not that of the record`);
      sealed = record.chain_no;
      previous = record.chain_hash;
    }
    const last = records.at(-1);
    if (!last) break;
    after = last.position;
  }
  if (after === 0) I8.note('no audit records yet: there is no chain to verify');
  else I8.note(`${sealed} audit records are sealed, ${unsealed} are not yet`);
}
