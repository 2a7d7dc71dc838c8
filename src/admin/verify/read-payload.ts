import { z } from 'zod';
import { type EventPayload, type EventType, eventPayloads } from '../../contract/events.ts';
import type { VerifyEvent, VerifyReads } from '../../store/queries/verify.ts';
import type { Checks } from './checks.ts';

/** An event's payload as the contract has it. `lost`: erased on purpose, or not readable, which was reported. */
export type ReadPayload = { [T in EventType]: { type: T; payload: EventPayload<T> } }[EventType] | { type: 'lost' };

const redacted = z.strictObject({ redacted: z.string(), at: z.string() });
const reference = z.strictObject({ blob_id: z.string(), bytes: z.number(), head: z.string() });

/** Reads a payload, from its blob when it lies there, and reports what keeps it from being what the contract says. */
export async function readPayload(
  read: VerifyReads,
  checks: Checks,
  sessionId: string,
  event: VerifyEvent,
): Promise<ReadPayload> {
  const where = `session ${sessionId} seq ${event.seq}`;
  const json = event.blob_id === null ? event.payload : await bodyOf(read, checks, where, sessionId, event);
  if (json === undefined) return { type: 'lost' };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    checks.I2.breach(`${where}: the payload is not JSON`);
    return { type: 'lost' };
  }
  if (redacted.safeParse(value).success) {
    checks.I2.see('redacted payloads');
    return { type: 'lost' };
  }
  if (!isEventType(event.type)) {
    checks.I2.breach(`${where}: the type is none of the contract`);
    return { type: 'lost' };
  }
  const parsed = eventPayloads[event.type].safeParse(value);
  if (parsed.success) return { type: event.type, payload: parsed.data } as ReadPayload;
  const field = parsed.error.issues[0]?.path.join('.') ?? '';
  checks.I2.breach(`${where}: the payload is not that of ${event.type}${field === '' ? '' : `, see ${field}`}`);
  return { type: 'lost' };
}

async function bodyOf(
  read: VerifyReads,
  checks: Checks,
  where: string,
  sessionId: string,
  event: VerifyEvent,
): Promise<string | undefined> {
  checks.blobs.see('blobs named by events');
  const blob = await read.blobOf({ blobId: event.blob_id ?? '' });
  if (!blob || blob.session_id !== sessionId) {
    checks.blobs.breach(`${where}: its blob ${blob ? 'is of another session' : 'is missing'}`);
    return undefined;
  }
  const bytes = Buffer.byteLength(blob.body);
  const said = reference.safeParse(jsonOrNothing(event.payload));
  if (blob.bytes !== bytes) checks.blobs.breach(`${where}: its blob has ${bytes} bytes, its row says ${blob.bytes}`);
  if (!said.success) checks.blobs.breach(`${where}: its payload does not name its blob`);
  else if (said.data.blob_id !== event.blob_id || said.data.bytes !== bytes || !blob.body.startsWith(said.data.head)) {
    checks.blobs.breach(`${where}: its blob is not the one its payload describes`);
  }
  return blob.body;
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isEventType(type: string): type is EventType {
  return Object.hasOwn(eventPayloads, type);
}
