import type { AdminTurn, TurnAttempt } from '../../../src/contract/admin-session.ts';
import { t } from '../../i18n/translate.ts';

/** Milliseconds as people read them: "240 ms", "3.4 s", "2 min 5 s". Pure. */
export function spanWords(ms: number): string {
  const span = Math.max(0, ms);
  if (span < 1_000) return t('{count} ms', { count: span });
  if (span < 10_000) return t('{count, number, ::.0} s', { count: span / 1_000 });
  const seconds = Math.round(span / 1_000);
  if (seconds < 60) return t('{count} s', { count: seconds });
  return t('{minutes} min {seconds} s', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
}

const between = (from: string, to: string) => Date.parse(to) - Date.parse(from);

/** How long a turn waited for its first attempt, in milliseconds; undefined while none began. Pure. */
export function waitedMs({ asked_at, attempts }: AdminTurn): number | undefined {
  const first = attempts[0];
  return first && between(asked_at, first.started_at);
}

/** From an attempt's beginning to its first words; undefined where there were none, or it was not noted. Pure. */
export function firstTextMs({ started_at, first_text_at }: TurnAttempt): number | undefined {
  return first_text_at === null ? undefined : between(started_at, first_text_at);
}

/** How long an attempt took; undefined while it is under way. Pure. */
export function tookMs({ started_at, ended_at }: TurnAttempt): number | undefined {
  return ended_at === null ? undefined : between(started_at, ended_at);
}
