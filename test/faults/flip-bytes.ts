import { open, stat } from 'node:fs/promises';

/** Changes so many bytes of a file in its place, from an offset on that a draw names: each bit of them is another.
 *  @param share  from 0 to 1: where in the file */
export async function flipBytes(path: string, count: number, share: number): Promise<void> {
  const { size } = await stat(path);
  const bytes = Math.min(count, size);
  const at = Math.floor(share * (size - bytes));
  const file = await open(path, 'r+');
  try {
    const buffer = Buffer.alloc(bytes);
    await file.read(buffer, 0, bytes, at);
    await file.write(
      buffer.map((byte) => byte ^ 0xff),
      0,
      bytes,
      at,
    );
    await file.sync();
  } finally {
    await file.close();
  }
}
