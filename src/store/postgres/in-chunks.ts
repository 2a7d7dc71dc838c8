/** Pieces of any size, put together to chunks of one size; the last may be smaller. */
export type Chunks = { take(piece: Uint8Array): Promise<void>; end(): Promise<void> };

/** @param write  is given each chunk with its number, once the one before is written; the bytes are only good until it resolves */
export function inChunks(chunkBytes: number, write: (chunk: Uint8Array, n: number) => Promise<void>): Chunks {
  const chunk = Buffer.allocUnsafe(chunkBytes);
  let filled = 0;
  let n = 0;

  async function flush(): Promise<void> {
    await write(chunk.subarray(0, filled), n);
    n += 1;
    filled = 0;
  }

  return {
    async take(piece) {
      for (let at = 0; at < piece.length; ) {
        const some = piece.subarray(at, at + chunkBytes - filled);
        chunk.set(some, filled);
        filled += some.length;
        at += some.length;
        if (filled === chunkBytes) await flush();
      }
    },
    async end() {
      if (filled > 0) await flush();
    },
  };
}
