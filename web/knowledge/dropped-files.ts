/** A file with the folders it stands in, from the one that was chosen on. */
export type NamedFile = { file: File; path: string };

/** What systems leave in folders for themselves. */
const notForReading = /^(?:\.|Thumbs\.db$|desktop\.ini$|__MACOSX$)/i;

/** The files of a drop, those in its folders too. Hidden ones and what systems leave in folders are left out.
 *  To be called while the drop is handled: a browser forgets what was dropped right after. */
export async function droppedFiles({ items, files }: Pick<DataTransfer, 'items' | 'files'>): Promise<NamedFile[]> {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...files].map((file) => ({ file, path: file.name }));
  const found: NamedFile[] = [];
  for (const entry of entries) for await (const file of filesIn(entry)) found.push(file);
  return found;
}

/** The files of a file field, which says of a chosen folder's files where they stand. */
export function chosenFiles(files: Iterable<File>): NamedFile[] {
  return [...files]
    .map((file) => ({ file, path: file.webkitRelativePath || file.name }))
    .filter(({ path }) => !path.split('/').some((part) => notForReading.test(part)));
}

async function* filesIn(entry: FileSystemEntry): AsyncGenerator<NamedFile> {
  if (notForReading.test(entry.name)) return;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    yield { file, path: entry.fullPath.replace(/^\//, '') };
  } else if (isDirectory(entry)) {
    const reader = entry.createReader();
    const next = () => new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    // A reader gives some at a time, and none at the end.
    for (let some = await next(); some.length > 0; some = await next()) for (const each of some) yield* filesIn(each);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
