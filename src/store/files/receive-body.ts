import { createHash } from 'node:crypto';
import { AppError } from '../../errors.ts';
import type { ReceiveOptions } from '../file-store.ts';

/** A body that stays silent this long is given up. */
const defaultIdleMs = 60_000;

/** Hands a body on, piece by piece, each once the one before was taken.
 *  @throws AppError too_large, bad_request (the body stopped), store_unavailable (the disk is full or failing); what `take` throws of it */
export async function receiveBody(
  body: AsyncIterable<Uint8Array>,
  { maxBytes, idleMs = defaultIdleMs, signal }: ReceiveOptions,
  take: (piece: Uint8Array) => Promise<void>,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const piece of paced(body, { idleMs, signal })) {
      bytes += piece.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      hash.update(piece);
      await take(piece);
    }
  } catch (error) {
    throw toAppError(error);
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Gives up on a body that is silent for too long or whose caller left. */
async function* paced(
  body: AsyncIterable<Uint8Array>,
  options: { idleMs: number; signal?: AbortSignal | undefined },
): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  // Rejected with nobody waiting, it would be reported as unhandled.
  stopped.catch(() => {});
  const stop = () => reject(new AppError('bad_request', { detail: 'The upload stopped before it was complete.' }));
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted) stop();
  try {
    for (;;) {
      const timer = setTimeout(stop, options.idleMs);
      try {
        const next = await Promise.race([iterator.next(), stopped]);
        if (next.done) return;
        yield next.value;
      } finally {
        clearTimeout(timer);
      }
    }
  } catch (error) {
    void iterator.return?.().catch(() => {});
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
}

function tooLarge(maxBytes: number): AppError {
  const megabytes = Math.floor(maxBytes / 1024 / 1024);
  const detail =
    megabytes > 0 ? `A document may have at most ${megabytes} MiB.` : `A document may have at most ${maxBytes} bytes.`;
  return new AppError('too_large', { detail });
}

const diskCodes = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'EMFILE', 'ENFILE']);

/** A failure of the disk, or else of the body. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (diskCodes.has(code)) {
    const detail =
      code === 'ENOSPC' || code === 'EDQUOT' ? 'The server’s disk is full. Nothing was stored.' : undefined;
    return new AppError('store_unavailable', { ...(detail !== undefined && { detail }), cause: error });
  }
  return new AppError('bad_request', { detail: 'The upload stopped before it was complete.', cause: error });
}
