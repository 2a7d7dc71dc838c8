import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

export type ZipFile = {
  /** With `/` between folders. */
  name: string;
  chunks: AsyncIterable<Uint8Array>;
  /** For what is compressed already. */
  asItIs?: boolean;
};

/** A ZIP archive made while it is read: nothing is held but the piece in hand. */
export async function* zipStream(files: AsyncIterable<ZipFile>): AsyncGenerator<Uint8Array> {
  let made: Uint8Array[] = [];
  let failure: Error | undefined;
  const zip = new Zip((error, chunk) => {
    if (error) failure = error;
    else made.push(chunk);
  });
  function* taken(): Generator<Uint8Array> {
    if (failure) throw failure;
    const chunks = made;
    made = [];
    yield* chunks;
  }
  for await (const { name, chunks, asItIs = false } of files) {
    const file = asItIs ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    zip.add(file);
    for await (const chunk of chunks) {
      file.push(chunk);
      yield* taken();
    }
    file.push(new Uint8Array(0), true);
    yield* taken();
  }
  zip.end();
  yield* taken();
}
