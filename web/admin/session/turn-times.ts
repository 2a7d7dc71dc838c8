import type { AdminTurn, TurnAttempt } from '../../../src/contract/admin-session.ts';

/** Milliseconds as people read them: "240 ms", "3.4 s", "2 min 5 s". Pure. */
export function spanWords(ms: number): string {
  const span = Math.max(0, ms);
  if (span < 1_000) return `${span} ms`;
  if (span < 10_000) return `${(span / 1_000).toFixed(1)} s`;
  const seconds = Math.round(span / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
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
