import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import type { FilesAddress } from '../../files-address.ts';
import { openPostgresFileSource, openPostgresFileTarget } from '../postgres/moving-files.ts';
import { openS3FileSource, openS3FileTarget } from '../s3/moving-files.ts';
import type { FileSource, FileTarget } from './files.ts';
import { openFolderSource, openFolderTarget } from './folder-files.ts';

/** A data directory, or a PostgreSQL database by its address; `s3` where the originals are in neither. */
export type StorePlace = ({ dataDir: string } | { url: string }) & { s3?: FilesAddress | undefined };

const filesIn = (dataDir: string) => join(dataDir, 'files');

export function openFileSource(place: StorePlace, clock: Clock): Promise<FileSource> {
  if (place.s3) return Promise.resolve(openS3FileSource(place.s3, clock));
  return 'url' in place ? openPostgresFileSource(place.url) : Promise.resolve(openFolderSource(filesIn(place.dataDir)));
}

export function openFileTarget(place: StorePlace, clock: Clock): Promise<FileTarget> {
  if (place.s3) return openS3FileTarget(place.s3, clock);
  return 'url' in place ? openPostgresFileTarget(place.url) : openFolderTarget(filesIn(place.dataDir));
}
