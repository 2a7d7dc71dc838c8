import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { FetchFault } from './fetch-fault.ts';

/** The body of an answer as it was before it was packed for the way. Of neither form more than `maxBytes` are taken: a small body that unpacks
 *  to a large one ends there, and so does a large one that unpacks to nothing.
 *  @throws FetchFault `too_large`, `not_whole`, `unknown_packing`, while it is read */
export async function* unpackedBody(message: IncomingMessage, maxBytes: number): AsyncGenerator<Uint8Array> {
  try {
    if (Number(message.headers['content-length'] ?? 0) > maxBytes) throw new FetchFault('too_large');
    const unpack = unpackers[message.headers['content-encoding']?.trim().toLowerCase() ?? ''];
    if (!unpack) throw new FetchFault('unknown_packing');
    yield* atMost(unpack(message, maxBytes), maxBytes);
  } catch (cause) {
    throw cause instanceof FetchFault ? cause : new FetchFault('not_whole', cause);
  } finally {
    message.destroy();
  }
}

type Bytes = AsyncIterable<Uint8Array>;
type Unpack = (message: IncomingMessage, maxBytes: number) => Bytes;

const asItIs: Unpack = (message) => message;
const through =
  (makeUnpacker: typeof createGunzip | typeof createInflate | typeof createBrotliDecompress): Unpack =>
  (message, maxBytes) =>
    // What goes wrong on the way is thrown to whoever reads the end of it.
    pipeline(
      message,
      (packed: Bytes) => atMost(packed, maxBytes),
      makeUnpacker(),
      () => {},
    );

const unpackers: Readonly<Record<string, Unpack>> = Object.assign(Object.create(null), {
  '': asItIs,
  identity: asItIs,
  gzip: through(createGunzip),
  'x-gzip': through(createGunzip),
  deflate: through(createInflate),
  br: through(createBrotliDecompress),
});

async function* atMost(bytes: Bytes, maxBytes: number): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > maxBytes) throw new FetchFault('too_large');
    yield chunk;
  }
}
