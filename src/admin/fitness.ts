import { statfs } from 'node:fs/promises';
import type { Store } from '../store/store.ts';

export type FitnessPorts = {
  store: Store;
  /** The database file, and the folder of the originals, which may be on a disk of its own; undefined where both are elsewhere. */
  onDisk: { databasePath: string; filesDir: string } | undefined;
};

/** Below this, uploads and the log are about to fail. */
const minFreeBytes = 64 * 1024 * 1024;

/** Why the store and its disks are not fit for work, in words for people; undefined while they are. Never throws. */
export async function whyUnfit({ store, onDisk }: FitnessPorts): Promise<string | undefined> {
  if (onDisk) {
    // The file by its name: one that was removed can still be written, and is gone with the process.
    const disk = await roomAt(onDisk.databasePath);
    if (disk === undefined) return 'the database file is not in the data directory any more';
    if (disk.freeBytes < minFreeBytes) return 'the disk of the data directory is almost full';
    // The folder is made with the first upload.
    const ofFiles = await roomAt(onDisk.filesDir);
    if (ofFiles !== undefined && ofFiles.freeBytes < minFreeBytes)
      return 'the disk of the uploaded files is almost full';
  }
  const healthy = await store.checkHealth().then(
    () => true,
    () => false,
  );
  return healthy ? undefined : 'the store cannot be written';
}

export type Room = { freeBytes: number; totalBytes: number };

/** Of the disk with less room, of that of the database and that of the originals; undefined where neither can be seen. */
export async function leastRoom(onDisk: FitnessPorts['onDisk']): Promise<Room | undefined> {
  if (!onDisk) return undefined;
  const rooms = await Promise.all([roomAt(onDisk.databasePath), roomAt(onDisk.filesDir)]);
  return rooms.filter((room) => room !== undefined).toSorted((a, b) => a.freeBytes - b.freeBytes)[0];
}

/** Undefined when there is nothing at the path. */
async function roomAt(path: string): Promise<Room | undefined> {
  const disk = await statfs(path).catch(() => undefined);
  return disk && { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize };
}
