import { z } from 'zod';
import { toEvent } from '../../events/to-event.ts';
import { sha256 } from '../../ids.ts';
import type { VerifyReads } from '../../store/queries/verify.ts';
import type { Checks } from './checks.ts';

/** What a client recorded of one durable event it applied: the event as it was sent (the text of `data:`, or the same as JSON), or the
 *  SHA-256 of that text in lower-case hex. `client` keeps several clients of one session apart. */
const appliedLine = z.union([
  z.strictObject({
    client: z.string().optional(),
    session_id: z.string(),
    seq: z.number().int(),
    event: z.union([z.string(), z.record(z.string(), z.unknown())]),
  }),
  z.strictObject({
    client: z.string().optional(),
    session_id: z.string(),
    seq: z.number().int(),
    hash: z.string(),
  }),
]);

/** Holds what clients applied against the log, byte for byte (I3): one event after the other, from whichever a client joined at.
 *  What was erased since is counted apart. */
export async function checkApplied(read: VerifyReads, { I3 }: Checks, lines: AsyncIterable<string>): Promise<void> {
  const lastSeqs = new Map<string, number>();
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    const parsed = appliedLine.safeParse(parseOrNothing(line));
    if (!parsed.success) {
      I3.breach(`applied line ${number}: neither an event nor a hash`);
      continue;
    }
    I3.see('events clients applied');
    const applied = parsed.data;
    const { session_id: sessionId, seq } = applied;
    const where = `applied line ${number}: session ${sessionId} seq ${seq}`;
    const key = `${applied.client ?? ''} ${sessionId}`;
    const before = lastSeqs.get(key);
    if (before !== undefined && seq !== before + 1) I3.breach(`${where} was applied after ${before}`);
    lastSeqs.set(key, seq);
    const stored = await read.eventAt({ sessionId, seq });
    if (!stored) {
      I3.breach(`${where} is not in the log`);
      continue;
    }
    const event = toEvent(stored);
    if (event.type === 'redacted') {
      I3.see('events clients applied that were erased since');
      continue;
    }
    const sent = JSON.stringify(event);
    const isSame = 'hash' in applied ? applied.hash === sha256(sent) : textOf(applied.event) === sent;
    if (!isSame) I3.breach(`${where} is not what the log holds`);
  }
}

function textOf(event: string | Record<string, unknown>): string {
  return typeof event === 'string' ? event : JSON.stringify(event);
}

function parseOrNothing(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
