import { z } from 'zod';

/** Why a message is not with the server yet. */
export const hindrance = z.enum(['unreachable', 'busy', 'failing', 'signed_out']);
export type Hindrance = z.infer<typeof hindrance>;

/** A message written here that the session's events may not show yet. */
export const outboxEntry = z.object({
  clientTurnId: z.string(),
  sessionId: z.string(),
  text: z.string(),
  corpora: z.array(z.string()).optional(),
  replacesTurnId: z.string().optional(),
  /** A turn of the branch it was written in. */
  parentTurnId: z.string().optional(),
  /** It was written after this message, by the client's id, which had no turn yet. */
  follows: z.string().optional(),
  /** Asks for another answer to a text that the session has: there is nothing to give back. */
  isSameText: z.literal(true).optional(),
  /** In ms since 1970; no two of one tab are the same. */
  writtenAt: z.number(),
  /** Failed tries so far. */
  tries: z.number(),
  /** Not before this time, in ms since 1970. */
  nextAt: z.number(),
  /** What the last try met. */
  hindrance: hindrance.optional(),
  /** The server has it; it is kept until every tab's view of the session shows it. */
  acked: z.boolean(),
  /** Under which id. */
  turnId: z.string().optional(),
  /** When a tab's view of the session first showed it, in ms since 1970. */
  settledAt: z.number().optional(),
  /** Why the server will never take it. The text is kept until a page of its session has given it back. */
  refused: z.string().optional(),
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
    if (isUnsent(entry) && !first.has(entry.sessionId)) first.set(entry.sessionId, entry);
  }
  return [...first.values()];
}

const isUnsent = ({ acked, refused }: OutboxEntry) => !acked && refused === undefined;

/** A session's entries that its own turns do not show yet. */
export function unseen<Entry extends OutboxEntry>(
  entries: readonly Entry[],
  sessionId: string,
  turns: readonly { clientTurnId: string }[],
): Entry[] {
  const shown = new Set(turns.map((turn) => turn.clientTurnId));
  return entries.filter(
    (entry) => entry.sessionId === sessionId && entry.refused === undefined && !shown.has(entry.clientTurnId),
  );
}

export function inOrderWritten<Entry extends OutboxEntry>(entries: readonly Entry[]): Entry[] {
  return entries.toSorted((a, b) => a.writtenAt - b.writtenAt || (a.clientTurnId < b.clientTurnId ? -1 : 1));
}

export function parseEntry(text: string | null): OutboxEntry | undefined {
  if (text === null) return undefined;
  try {
    return outboxEntry.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
