import { openZipFile, ZipFault, type ZipFaultKind, type ZipFile } from '../knowledge/ingest/zip-file.ts';
import { ImportFault } from './import-fault.ts';

/** `openZipFile` of an archive that somebody brings back, whose faults are told to them.
 *  @throws ImportFault, as `read` does */
export async function openZipArchive(path: string, limits: { files: number }): Promise<ZipFile> {
  const archive = await openZipFile(path, { maxEntries: limits.files }).catch((error: unknown) => {
    throw asImportFault(error, limits);
  });
  return {
    ...archive,
    async *read(entry) {
      try {
        yield* archive.read(entry);
      } catch (error) {
        throw asImportFault(error, limits);
      }
    },
  };
}

const words: Record<ZipFaultKind, (limits: { files: number }) => string> = {
  no_archive: () =>
    'This is not a ZIP archive, or it did not arrive whole. Choose the file that “Download my data” gave you.',
  too_many: ({ files }) =>
    `The archive has more than ${files.toLocaleString('en-US')} files. Take the folder documents out of it and try again: documents are not brought back.`,
  long_names: () => 'The names in the archive are longer than the server reads.',
  encrypted: () => 'It is encrypted. Take the password off the archive.',
  unknown_packing: () => 'It is packed in a way that the server does not know.',
  broken: () => 'It is damaged in the archive.',
};

function asImportFault(error: unknown, limits: { files: number }): unknown {
  return error instanceof ZipFault ? new ImportFault(words[error.kind](limits)) : error;
}
