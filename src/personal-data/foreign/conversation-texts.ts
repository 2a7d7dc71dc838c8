import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ZipEntry } from '../../knowledge/ingest/zip-directory.ts';
import { ImportFault } from '../import-fault.ts';
import { importLimits } from '../import-limits.ts';
import { openZipArchive } from '../zip-archive.ts';
import { jsonValues } from './json-values.ts';

/** A value of a file, or why the rest of that file cannot be read. */
export type ConversationText = { json: string } | { file: string; fault: ImportFault };

const conversationsName = /(?:^|\/)conversations(?:-\d{1,5})?\.json$/;
const jsonName = /\.json$/i;
/** A file that packs better than text can only matter when it is large. */
const ratioFromBytes = 4 * 2 ** 20;

/** The conversations in a file on the disk: a JSON file, or a ZIP archive of them (of ChatGPT's, `conversations.json` alone, in as many parts
 *  as it has).
 *  @throws ImportFault when the archive as a whole cannot be read */
export async function* conversationTexts(path: string): AsyncGenerator<ConversationText> {
  if (!(await isArchive(path))) {
    yield* valuesOf('the file', createReadStream(path));
    return;
  }
  const archive = await openZipArchive(path, { files: importLimits.files });
  try {
    if (archive.entries.some(({ name }) => name === 'account.json'))
      throw new ImportFault('This is an export of a Perdure account. Use “Bring back an export” for it.');
    const entries = chosen(archive.entries);
    if (entries.length === 0)
      throw new ImportFault('There is no conversations.json in this archive, and no other JSON file.');
    if (entries.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0) > importLimits.unpackedBytes)
      throw new ImportFault(`Its conversations unpack to more than ${importLimits.unpackedBytes / 2 ** 30} GiB.`);
    for (const entry of entries) {
      const { name, unpackedBytes, packedBytes } = entry;
      if (unpackedBytes > ratioFromBytes && unpackedBytes > packedBytes * importLimits.ratio) {
        yield { file: name, fault: new ImportFault('It unpacks to far more than text does.') };
      } else yield* valuesOf(name, archive.read(entry));
    }
  } finally {
    await archive.close();
  }
}

function chosen(entries: readonly ZipEntry[]): ZipEntry[] {
  const conversations = entries.filter(({ name }) => conversationsName.test(name));
  if (conversations.length > 0) return conversations.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  // Beside its files macOS packs what it knows of them.
  return entries.filter(({ name }) => jsonName.test(name) && !name.startsWith('__MACOSX/'));
}

async function* valuesOf(file: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ConversationText> {
  try {
    for await (const json of jsonValues(bytes)) yield { json };
  } catch (error) {
    if (!(error instanceof ImportFault)) throw error;
    yield { file, fault: error };
  }
}

async function isArchive(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1') === 'PK\u0003\u0004';
  } finally {
    await file.close();
  }
}
