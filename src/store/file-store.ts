/** A body that has arrived whole and is durable, under a name nobody refers to yet. */
export type ReceivedFile = { fileKey: string; bytes: number; sha256: string };

/** A body on the disk for as long as it is read. */
export type PassingFile = { path: string; remove(): Promise<void> };

/** A stored file under a path of this machine, until it is released. */
export type LocalCopy = { path: string; release(): Promise<void> };

export type ReceiveOptions = { maxBytes: number; idleMs?: number; signal?: AbortSignal };

/** Originals, under names made here: nothing a user sends becomes a path or a key. */
export type FileStore = {
  /** Streams a body into the store and makes it durable. Whatever goes wrong, nothing is left.
   *  @throws AppError too_large, bad_request (the body stopped), store_unavailable (the store is full or failing) */
  receive(body: AsyncIterable<Uint8Array>, options: ReceiveOptions): Promise<ReceivedFile>;
  /** The same for a body that is read once and removed: it stays on this machine, never gets a name of its own, and goes with the process
   *  that received it.
   *  @throws as `receive` */
  receiveForNow(body: AsyncIterable<Uint8Array>, options: ReceiveOptions): Promise<PassingFile>;
  /** The stored bytes, piece by piece as they are asked for. @throws AppError store_unavailable when the file is not there */
  read(fileKey: string): Promise<{ stream: ReadableStream<Uint8Array>; bytes: number }>;
  /** The first bytes; all of a file that has fewer. @throws as `read` */
  head(fileKey: string, maxBytes: number): Promise<Uint8Array>;
  /** For what has to go to and fro in a file. @throws as `read`; the signal's reason when aborted */
  localCopy(fileKey: string, signal?: AbortSignal): Promise<LocalCopy>;
  /** A file that is not there is removed. */
  remove(fileKey: string): Promise<void>;
  /** Removes what killed processes left: unfinished uploads of instances that are gone, and whole ones that no document names after
   *  two minutes.
   *  @returns how many */
  sweep(namedAmong: (fileKeys: string[]) => Promise<readonly string[]>): Promise<number>;
  close(): Promise<void>;
};
