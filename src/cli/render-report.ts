import type { CheckResult } from '../admin/verify/checks.ts';

/** What one run of verify found. `verdict`: `ok`, `violated`, or why there was nothing to check. */
export type VerifyReport = {
  path: string;
  verdict: 'ok' | 'violated' | 'missing' | 'not_a_store' | 'newer' | 'older' | 'unreadable';
  /** The verdict in one sentence. */
  sentence: string;
  checks: CheckResult[];
  elapsedMs: number;
};

/** The report for people: what each check is about, what it looked at, what it found; the verdict is the last line. Pure. */
export function renderReport(report: VerifyReport): string {
  const lines = report.checks.flatMap((check) => [
    `${check.ok ? 'ok      ' : 'VIOLATED'}  ${check.id.padEnd(5)}  ${check.title}`,
    `                 looked at ${lookedAt(check.looked)}`,
    ...check.notes.map((note) => `                 ${note}`),
    ...check.examples.map((example) => `               - ${example}`),
    ...(check.violations > check.examples.length
      ? [`               - and ${number(check.violations - check.examples.length)} more`]
      : []),
  ]);
  return `${[...lines, `verdict: ${report.sentence}`].join('\n')}\n`;
}

/** Parts of a verdict about checks. Pure. */
export function verdictOf(checks: readonly CheckResult[], elapsedMs: number): { ok: boolean; sentence: string } {
  const broken = checks.filter((check) => !check.ok);
  const seconds = `${(elapsedMs / 1000).toFixed(1)} s`;
  if (broken.length === 0) return { ok: true, sentence: `ok, ${checks.length} checks in ${seconds}` };
  const total = broken.reduce((sum, check) => sum + check.violations, 0);
  const names = broken.map((check) => check.id).join(', ');
  return {
    ok: false,
    sentence: `violated: ${names} (${number(total)} findings), ${checks.length} checks in ${seconds}`,
  };
}

function lookedAt(looked: CheckResult['looked']): string {
  const parts = Object.entries(looked).map(([what, count]) => `${number(count)} ${what}`);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
