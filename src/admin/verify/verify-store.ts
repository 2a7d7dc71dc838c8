import type { VerifySnapshot } from '../../store/queries/verify.ts';
import { checkApplied } from './check-applied.ts';
import { type AuditWitness, checkAudit } from './check-audit.ts';
import { checkJournal } from './check-journal.ts';
import { checkKnowledge } from './check-knowledge.ts';
import { checkPacks } from './check-packs.ts';
import { checkSessions } from './check-sessions.ts';
import { noteUnfinished } from './check-unfinished.ts';
import { checkUsageMonths } from './check-usage-months.ts';
import { type CheckId, type Checks, newChecks } from './checks.ts';
import { CitationCheck } from './citation-check.ts';

/** Checks one moment of a store: the file, I1 to I8 and blobs. Reads in pages, so that memory does not grow with the log.
 *  @param witness  what the audit log is held against
 *  @param applied  lines of what clients applied, see check-applied.ts */
export async function verifyStore(
  snapshot: VerifySnapshot,
  witness: AuditWitness,
  applied?: AsyncIterable<string>,
): Promise<Checks> {
  const { read } = snapshot;
  const checks = newChecks();
  await part(checks, 'file', () => checkFile(snapshot, checks));
  await part(checks, 'I1', () => checkRules(snapshot, checks));
  await part(checks, 'I2', () => checkSessions(read, checks, new CitationCheck(read, checks)));
  await part(checks, 'I3', () => checkJournal(read, checks));
  if (applied) await part(checks, 'I3', () => checkApplied(read, checks, applied));
  await part(checks, 'I5', () => noteUnfinished(read, checks));
  await part(checks, 'I7', () => checkKnowledge(read, checks));
  await part(checks, 'I8', () => checkUsageMonths(read, checks));
  await part(checks, 'I8', () => checkPacks(read, checks));
  await part(checks, 'I8', () => checkAudit(read, checks, witness));
  return checks;
}

/** A part of a damaged file that cannot be read is a breach of what the part is there for; the other parts are still looked at. */
async function part(checks: Checks, id: CheckId, look: () => Promise<void>): Promise<void> {
  try {
    await look();
  } catch (error) {
    checks[id].breach(`could not be read to the end: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const maxExamples = 10;

async function checkFile(snapshot: VerifySnapshot, { file }: Checks): Promise<void> {
  const { looked, damage, references, schema, notes } = await snapshot.checkFile();
  for (const [what, count] of Object.entries(looked)) file.see(what, count);
  for (const note of notes) file.note(note);
  for (const finding of [damage, schema, references].flat()) file.breach(finding);
}

async function checkRules({ read }: VerifySnapshot, checks: Checks): Promise<void> {
  const counts = await read.tableCounts({});
  for (const { check, rule, total, subjects } of await read.brokenRules({ examples: maxExamples })) {
    checks[check].see('rules');
    checks[check].breaches(
      total,
      subjects.map((subject) => `${subject}: it does not hold that ${rule}`),
    );
  }
  checks.I5.see('turns', counts.turns);
  checks.I5.see('jobs', counts.jobs);
  checks.I6.see('attempts', counts.turn_attempts);
  checks.I7.see('users', counts.users);
  checks.I7.see('memberships', counts.session_members);
  checks.I7.see('grants', counts.grants);
  checks.I7.see('logins', counts.login_tokens);
  checks.I7.see('vectors', counts.passage_vectors);
  checks.I8.see('corpora', counts.corpora);
  checks.blobs.see('blobs', counts.blobs);
}
