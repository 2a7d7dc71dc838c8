import { chainHash, personalHash } from '../../store/audit-chain.ts';
import type { VerifyAuditRecord, VerifyReads } from '../../store/queries/verify.ts';
import type { AnchorLine } from '../audit/anchor-files.ts';
import type { Checks } from './checks.ts';
import { Erasures } from './erasures.ts';

const recordsPage = 1_000;

/** What the audit log is held against. */
export type AuditWitness = {
  /** Read before the store, so that none is of a later moment. */
  anchors: readonly AnchorLine[];
  nowMs: number;
};

/** Follows the audit chain (I8): numbers 1 to n in the order of commits, each hash over the one before, personal data as it was recorded
 *  or erased, nothing sealed behind the unsealed tail, and every anchor outside of the store met. The first bad record comes first. */
export async function checkAudit(read: VerifyReads, { I8 }: Checks, { anchors, nowMs }: AuditWitness): Promise<void> {
  const anchored = anchorsByCount(anchors);
  let after = 0;
  let sealed = 0;
  let unsealed = 0;
  let unsealedSince: string | undefined;
  const erasures = new Erasures();
  let previous = '';
  for (;;) {
    const records = await read.auditFrom({ after, limit: recordsPage });
    for (const record of records) {
      I8.see('audit records');
      const where = `audit record ${record.position}`;
      const personal = stateOfPersonal(record);
      if (personal === 'changed') I8.breach(`${where}: its personal data is not what was recorded`);
      if (personal === 'erased') erasures.see(record);
      erasures.learn(record);
      if (record.chain_no === null || record.chain_hash === null) {
        unsealed += 1;
        unsealedSince ??= record.at;
        continue;
      }
      if (unsealed > 0) I8.breach(`${where}: sealed behind a record that is not`);
      if (record.chain_no !== sealed + 1) I8.breach(`${where}: number ${record.chain_no} after ${sealed}`);
      if (record.chain_hash !== chainHash(previous, record)) I8.breach(`${where}: the hash is not that of the record`);
      sealed = record.chain_no;
      previous = record.chain_hash;
      for (const { where: anchor, head } of anchored.get(sealed) ?? []) {
        if (head !== previous) I8.breach(`${where}: the chain up to here is not the one that was anchored (${anchor})`);
      }
      anchored.delete(sealed);
    }
    const last = records.at(-1);
    if (!last) break;
    after = last.position;
  }
  for (const [count, [first]] of [...anchored].toSorted(([a], [b]) => b - a)) {
    const anchor = `at ${first?.at} (${first?.where})`;
    if (count > sealed) I8.breach(`the chain ends with record ${sealed}, and had ${count} ${anchor}: it was cut`);
    else I8.breach(`record ${count} of the chain was there ${anchor}, and is not`);
  }
  I8.see('anchors', anchors.length);
  const torn = anchors.filter(({ anchor }) => !anchor).length;
  if (anchors.length === 0 && sealed > 0) I8.note('there is no anchor: a tail that was cut would not be found');
  if (torn > 0) I8.note(`${torn} lines of anchors cannot be read`);
  if (erasures.count > 0) I8.note(`the personal data of ${erasures.count} audit records is erased`);
  for (const position of erasures.unexplained()) {
    I8.breach(`audit record ${position}: its personal data is gone, and nobody was erased that it could have been of`);
  }
  if (after === 0) I8.note('no audit records yet: there is no chain to verify');
  else I8.note(`${sealed} audit records are sealed, ${unsealed} are not yet${age(unsealedSince, nowMs)}`);
}

type Anchored = { where: string; head: string; at: string };

function anchorsByCount(lines: readonly AnchorLine[]): Map<number, Anchored[]> {
  const byCount = new Map<number, Anchored[]>();
  for (const { where, anchor } of lines) {
    if (!anchor) continue;
    const { count, head, at } = anchor;
    byCount.set(count, [...(byCount.get(count) ?? []), { where, head, at }]);
  }
  return byCount;
}

function stateOfPersonal({
  facts,
  personal,
  personal_salt,
}: VerifyAuditRecord): 'none' | 'kept' | 'erased' | 'changed' {
  const hash = personalHashIn(facts);
  if (personal === null) return hash === undefined ? 'none' : 'erased';
  return personal_salt !== null && hash === personalHash(personal_salt, personal) ? 'kept' : 'changed';
}

/** Facts that cannot be read are another record's than the one that was sealed: its hash says so. */
function personalHashIn(facts: string): unknown {
  try {
    const parsed: unknown = JSON.parse(facts);
    return typeof parsed === 'object' && parsed !== null && 'personal_hash' in parsed
      ? parsed.personal_hash
      : undefined;
  } catch {
    return undefined;
  }
}

function age(since: string | undefined, nowMs: number): string {
  return since === undefined ? '' : `, the first of them for ${Math.round((nowMs - Date.parse(since)) / 1000)} s`;
}

/** The record that waits longest to be sealed, where that is over a minute. One that is here at two looks `lookAgainMs` apart was left
 *  by the sealer, whatever the clock says. */
export async function overdueSeals(read: VerifyReads, nowMs: number): Promise<string[]> {
  const waiting = await read.oldestUnsealed({});
  if (!waiting || nowMs - Date.parse(waiting.at) < maxUnsealedMs) return [];
  return [`audit record ${waiting.position} waits to be sealed, and nobody does it`];
}

const maxUnsealedMs = 60_000;
