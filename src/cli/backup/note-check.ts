import { resolve } from 'node:path';
import type { BackupCheck } from '../../store/commands/note-backup.ts';
import type { StorePlace } from '../move-command.ts';
import type { Manifest } from './manifest.ts';

export type NotePorts = {
  /** Notes in a store what a check of a backup found, see store/note-backup-at.ts. */
  noteBackup(place: StorePlace, check: BackupCheck & { onlyIfNoted: boolean }): Promise<boolean>;
  clock: { now(): string };
  env: Readonly<Record<string, string | undefined>>;
  print(text: string): void;
};

/** A check of the backup in a folder: what it says of itself when it is whole, else whatever could be read of that. */
export type Checked = { folder: string; outcome: BackupCheck['outcome']; manifest: Manifest | undefined };

/** Notes a check in the store that was backed up. A note that cannot be written does not make the backup worse. */
export function noteInSource(ports: NotePorts, place: StorePlace, checked: Checked): Promise<void> {
  return note(ports, place, { checked, onlyIfNoted: false });
}

/** Notes the check of a restored backup: in the restored store, if the backup is whole, and in the store that the settings name, if that knows the
 *  backup. */
export async function noteRestored(ports: NotePorts, target: StorePlace, checked: Checked): Promise<void> {
  if (checked.outcome === 'whole') await note(ports, target, { checked, onlyIfNoted: false });
  const served = servedPlace(ports.env);
  if (nameOf(served) === nameOf(target)) return;
  await ports.noteBackup(served, checkOf(ports, checked, true)).catch(() => undefined);
}

async function note(
  ports: NotePorts,
  place: StorePlace,
  { checked, onlyIfNoted }: { checked: Checked; onlyIfNoted: boolean },
): Promise<void> {
  try {
    await ports.noteBackup(place, checkOf(ports, checked, onlyIfNoted));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    ports.print(`The server will not show this check, because it could not be noted in the store: ${why}.\n`);
  }
}

function checkOf({ clock }: NotePorts, { folder, outcome, manifest }: Checked, onlyIfNoted: boolean) {
  const backup = { folder, ...(manifest && { sha256: manifest.database.sha256 }) };
  const at = clock.now();
  if (outcome === 'damaged' || !manifest) return { at, backup, outcome: 'damaged' as const, onlyIfNoted };
  const { made_at: madeAt, files, database } = manifest;
  const facts = { madeAt, originals: files.count, bytes: files.bytes + database.bytes };
  return { at, backup, outcome: 'whole' as const, ...facts, onlyIfNoted };
}

function servedPlace(env: NotePorts['env']): StorePlace {
  if (env.PERDURE_DATABASE_URL) return { url: env.PERDURE_DATABASE_URL };
  return { dataDir: resolve(env.PERDURE_DATA_DIR ?? './data') };
}

const nameOf = (place: StorePlace) => ('url' in place ? place.url : place.dataDir);
