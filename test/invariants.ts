import { dirname } from 'node:path';
import { readAnchors } from '../src/admin/audit/anchor-files.ts';
import type { AuditWitness } from '../src/admin/verify/check-audit.ts';
import { verifyStore } from '../src/admin/verify/verify-store.ts';
import { systemClock } from '../src/clock.ts';
import type { OpenedSnapshot } from '../src/store/queries/verify.ts';
import { openSnapshot } from '../src/store/sqlite/snapshot.ts';

/** Checks I1 to I8 on the database beside its server, with the program that `perdure verify` runs.
 *  @returns how much was looked at, by what it is
 *  @throws Error that lists every breach */
export async function checkInvariants(databasePath: string): Promise<Record<string, number>> {
  const { breaches, looked } = await verify(databasePath);
  if (breaches.length > 0) throw new Error(`The store breaks its invariants:\n${breaches.join('\n')}`);
  return looked;
}

/** What verify finds wrong, each check's first findings.
 *  @param applied  lines of what clients applied, as `perdure verify --applied` reads them */
export async function verify(
  databasePath: string,
  applied: readonly string[] = [],
): Promise<{ breaches: string[]; looked: Record<string, number> }> {
  const anchors = await readAnchors(dirname(databasePath));
  return verifySnapshot(openSnapshot(databasePath), anchors, applied);
}

/** The same of a moment of any store.
 *  @param anchors  read before it was opened */
export async function verifySnapshot(
  opened: OpenedSnapshot,
  anchors: AuditWitness['anchors'],
  applied: readonly string[],
): Promise<{ breaches: string[]; looked: Record<string, number> }> {
  const witness = { anchors, nowMs: systemClock.nowMs() };
  if (opened.outcome !== 'opened') return { breaches: [`the store cannot be opened: ${opened.reason}`], looked: {} };
  try {
    const checks = Object.values(await verifyStore(opened.snapshot, witness, linesOf(applied))).map((check) =>
      check.result(),
    );
    const looked = Object.assign({}, ...checks.map((check) => check.looked)) as Record<string, number>;
    const breaches = checks.filter(({ ok }) => !ok).map(({ id, examples }) => `${id}: ${examples.join('; ')}`);
    return { breaches, looked };
  } finally {
    await opened.snapshot.close();
  }
}

async function* linesOf(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}
