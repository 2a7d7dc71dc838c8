import { z } from 'zod';

/** A message written here that the server may not have yet. */
export const outboxEntry = z.object({
  clientTurnId: z.string(),
  sessionId: z.string(),
  text: z.string(),
  corpora: z.array(z.string()).optional(),
  replacesTurnId: z.string().optional(),
  writtenAt: z.number(),
  /** Failed tries so far. */
  tries: z.number(),
  /** Not before this time, in ms since 1970. */
  nextAt: z.number(),
  /** The server has it; it is kept only until the session's own events show it. */
  acked: z.boolean(),
});
export type OutboxEntry = z.infer<typeof outboxEntry>;

/** The entry to send now: the oldest unsent one of each session goes first, so that a session's messages arrive in the order written. */
export function nextDue(entries: readonly OutboxEntry[], now: number): OutboxEntry | undefined {
  return heads(entries).find((entry) => entry.nextAt <= now);
}

/** When something is due next, in ms since 1970; undefined when nothing waits. */
export function nextDueAt(entries: readonly OutboxEntry[]): number | undefined {
  const times = heads(entries).map((entry) => entry.nextAt);
  return times.length === 0 ? undefined : Math.min(...times);
}

function heads(entries: readonly OutboxEntry[]): OutboxEntry[] {
  const first = new Map<string, OutboxEntry>();
  for (const entry of entries) {
    if (!entry.acked && !first.has(entry.sessionId)) first.set(entry.sessionId, entry);
  }
  return [...first.values()];
}

/** A session's entries that its own turns do not show yet. */
export function unseen(
  entries: readonly OutboxEntry[],
  sessionId: string,
  turns: readonly { clientTurnId: string }[],
): OutboxEntry[] {
  const shown = new Set(turns.map((turn) => turn.clientTurnId));
  return entries.filter((entry) => entry.sessionId === sessionId && !shown.has(entry.clientTurnId));
}

export function without(entries: readonly OutboxEntry[], clientTurnId: string): OutboxEntry[] {
  return entries.filter((entry) => entry.clientTurnId !== clientTurnId);
}

export function changed(
  entries: readonly OutboxEntry[],
  clientTurnId: string,
  change: Partial<OutboxEntry>,
): OutboxEntry[] {
  return entries.map((entry) => (entry.clientTurnId === clientTurnId ? { ...entry, ...change } : entry));
}

export function parseEntries(text: string | null): OutboxEntry[] {
  if (text === null) return [];
  try {
    const parsed = z.array(outboxEntry).safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}
