import type { Actor } from '../access/actor.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { PassingFile } from '../store/file-store.ts';
import type { Store } from '../store/store.ts';
import { importLimits } from './import-limits.ts';

export type ImportPorts = {
  store: Store;
  clock: Clock;
  log: Log;
  /** Keeps a body on the disk for as long as it is read. */
  receiveForNow(
    body: AsyncIterable<Uint8Array>,
    options: { maxBytes: number; signal: AbortSignal },
  ): Promise<PassingFile>;
  /** Whether who came with this credential may still come: asked before each session. */
  isLive(actor: Actor): Promise<boolean>;
};

export type ImportBody = {
  body: AsyncIterable<Uint8Array> | null;
  signal: AbortSignal;
  /** What to do about a body that is larger than the server takes. */
  tooLarge: string;
};

/** Keeps what somebody brings on the disk for as long as it is looked at; one import of a person at a time in each process.
 *  @throws AppError bad_request (no body), too_large, too_many_requests */
export async function withReceived<T>(
  ports: Pick<ImportPorts, 'receiveForNow'>,
  underWay: Set<string>,
  { userId }: Actor,
  input: ImportBody,
  work: (path: string) => Promise<T>,
): Promise<T> {
  if (underWay.has(userId)) {
    throw new AppError('too_many_requests', {
      detail: 'An import of yours is under way. Wait until it is done.',
      retryAfterSeconds: 10,
    });
  }
  underWay.add(userId);
  try {
    const file = await receive(ports, input);
    try {
      return await work(file.path);
    } finally {
      await file.remove();
    }
  } finally {
    underWay.delete(userId);
  }
}

async function receive(
  { receiveForNow }: Pick<ImportPorts, 'receiveForNow'>,
  { body, signal, tooLarge }: ImportBody,
): Promise<PassingFile> {
  const maxBytes = importLimits.archiveBytes;
  if (!body) throw new AppError('bad_request', { detail: 'Send the archive as the body.' });
  try {
    return await receiveForNow(body, { maxBytes, signal });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'too_large') throw error;
    throw new AppError('too_large', { detail: `An archive may have at most ${maxBytes / 2 ** 20} MiB. ${tooLarge}` });
  }
}
