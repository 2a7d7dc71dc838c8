import type { FileStore, ReceivedFile } from '../../store/file-store.ts';
import { detectType } from './detect-type.ts';
import { documentKinds } from './document-kinds.ts';
import { ParseError } from './parse-error.ts';

/** A file up to this size is looked at whole, which takes about a millisecond. */
const quickBytes = 1024 * 1024;
const headBytes = 64 * 1024;
const zipStart = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
/** What only the parser can tell of a large file. */
export const undecidedMediaType = 'application/octet-stream';

/** The media type by content where that is cheap to say; what cannot be told from the beginning of a large file is told by the parser.
 *  @throws ParseError as `detectType` does */
export async function quickMediaType(
  files: Pick<FileStore, 'head'>,
  file: Pick<ReceivedFile, 'fileKey' | 'bytes'>,
  filename: string,
): Promise<string> {
  const isWhole = file.bytes <= quickBytes;
  const bytes = await files.head(file.fileKey, isWhole ? file.bytes : headBytes);
  if (!isWhole && zipStart.equals(bytes.subarray(0, zipStart.length))) return undecidedMediaType;
  try {
    return documentKinds[(await detectType(bytes, filename)).kind].mediaType;
  } catch (error) {
    // A character cut in the middle at the end of the head is no fault of the file.
    if (!isWhole && error instanceof ParseError && error.code === 'bad_encoding') return undecidedMediaType;
    throw error;
  }
}

/** The priority of a document's job, smaller first: one step for each doubling above 16 KiB. Pure. */
export function priorityOf(bytes: number): number {
  return Math.max(0, Math.ceil(Math.log2(Math.max(1, bytes) / 16_384)));
}
