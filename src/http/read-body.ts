import type { ZodError, ZodType } from 'zod';
import { AppError } from '../errors.ts';
import { unlessAborted } from './unless-aborted.ts';

/** The bound of a JSON body, in bytes. The longest message is 64,000 UTF-16 units: at most 192,000 bytes. */
const maxJsonBytes = 1024 * 1024;
const maxDepth = 64;
const refusedKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Reads a JSON body; an empty one is absent (undefined), whatever its content type says.
 *  @param signal  aborts when the body is not waited for any longer
 *  @throws AppError bad_request, too_large, unsupported_media_type */
export async function readJson(request: Request, signal: AbortSignal): Promise<unknown> {
  const bytes = await unlessAborted(signal, readBytes(request, maxJsonBytes), tooLate);
  if (bytes.length === 0) return undefined;
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new AppError('unsupported_media_type', { detail: 'Send the body as application/json.' });
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('bad_request', { detail: 'The body is not valid UTF-8.', cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('bad_request', { detail: 'The body is not valid JSON.', cause });
  }
  refuseDangerousKeys(value);
  return value;
}

function tooLate(): AppError {
  return new AppError('bad_request', { detail: 'The body did not arrive in time.' });
}

/** Checks outside data against a schema; the detail names the first three faults.
 *  @throws AppError bad_request */
export function parse<T>(schema: ZodType<T>, value: unknown, where: 'Body' | 'Query'): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = faultsOf(parsed.error);
  const detail = where === 'Body' ? `Body: ${faults}` : `Query: ${faults}`;
  throw new AppError('bad_request', { detail: detail.slice(0, 500) });
}

/** The first three faults, each with its place. */
export function faultsOf({ issues }: ZodError): string {
  const faults = issues.slice(0, 3).map((issue) => {
    const path = issue.path.map(String).join('.');
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  return faults.join('; ');
}

async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = () => new AppError('too_large', { detail: `A JSON body may have at most ${maxBytes} bytes.` });
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body) {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('bad_request', { detail: 'The body ended before it was complete.', cause });
  }
  return Buffer.concat(chunks);
}

/** Refuses what reaches into prototypes, and what is nested so deeply that reading it is the harm.
 *  @throws AppError bad_request */
export function refuseDangerousKeys(value: unknown, depth = 0): void {
  if (depth > maxDepth) throw new AppError('bad_request', { detail: 'The body is nested too deeply.' });
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    if (refusedKeys.has(key)) throw new AppError('bad_request', { detail: `The key ${key} is not allowed.` });
    refuseDangerousKeys(each, depth + 1);
  }
}
