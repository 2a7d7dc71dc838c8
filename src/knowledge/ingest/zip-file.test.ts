import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeZip, type ZipMember } from '../testing/make-zip.ts';
import { openZipFile, type ZipFile } from './zip-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perdure-zip-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function opened(bytes: Uint8Array, maxEntries = 100): Promise<ZipFile> {
  const path = join(folder, 'archive.zip');
  await writeFile(path, bytes);
  return openZipFile(path, { maxEntries });
}

/** Each file's text, or what is wrong with it. */
async function contents(archive: ZipFile): Promise<string[]> {
  const found: string[] = [];
  for (const entry of archive.entries) {
    found.push(
      await buffer(archive.read(entry)).then(String, (error: unknown) =>
        error instanceof Error && 'kind' in error ? String(error.kind) : String(error),
      ),
    );
  }
  await archive.close();
  return found;
}

test('many files are read one after the other from one open archive, and nothing piles up at it', async () => {
  const warnings: Error[] = [];
  const warned = (warning: Error) => warnings.push(warning);
  process.on('warning', warned);
  const members = Array.from({ length: 40 }, (_, i) => ({
    name: `${i}`,
    content: `text ${i} `.repeat(20_000),
    isStored: i % 2 === 0,
  }));
  expect(await contents(await opened(makeZip(members)))).toEqual(members.map(({ content }) => content));
  process.off('warning', warned);
  expect(warnings).toEqual([]);
});

test('a file that is not what the directory says is refused, the others are read', async () => {
  const members: ZipMember[] = [
    { name: 'longer', content: 'x'.repeat(200_000), declaredBytes: 100 },
    { name: 'shorter', content: 'x', declaredBytes: 100 },
    { name: 'secret', content: 'x', isEncrypted: true },
    { name: 'empty', content: '' },
    { name: 'good', content: 'good' },
  ];
  expect(await contents(await opened(makeZip(members)))).toEqual(['broken', 'broken', 'encrypted', '', 'good']);
  const bytes = makeZip([{ name: 'a', content: 'stored here', isStored: true }]);
  bytes[35] = 0x21;
  expect(await contents(await opened(bytes))).toEqual(['broken']);
});

test('an archive that is cut off, has more files than allowed, or is none', async () => {
  const bytes = makeZip(Array.from({ length: 5 }, (_, i) => ({ name: `${i}`, content: 'x' })));
  await expect(opened(bytes.slice(0, -5))).rejects.toMatchObject({ kind: 'no_archive' });
  await expect(opened(bytes, 4)).rejects.toMatchObject({ kind: 'too_many' });
  await expect(opened(Buffer.from('no archive'))).rejects.toMatchObject({ kind: 'no_archive' });
});
