import type { Clock } from '../clock.ts';
import type { BackupState } from '../contract/backups.ts';
import type { Store } from '../store/store.ts';

type Ports = { store: Store; clock: Clock };

/** What is known of this store's backups. Whether one still lies where it was made is not looked at. */
export async function readBackupState({ store }: Pick<Ports, 'store'>): Promise<BackupState> {
  const { verified, failed } = await store.read.notedBackups({});
  return {
    verified: verified
      ? {
          made_at: verified.madeAt,
          checked_at: verified.checkedAt,
          originals: verified.originals,
          bytes: verified.bytes,
        }
      : null,
    failed: failed ? { checked_at: failed.checkedAt, was_verified: failed.wasVerified } : null,
  };
}

/** Seconds since the moment that the newest verified backup holds: endless without one, NaN while the store cannot be read. */
export async function backupAgeSeconds(ports: Ports): Promise<number> {
  const state = await readBackupState(ports).catch(() => undefined);
  if (state === undefined) return Number.NaN;
  if (state.verified === null) return Number.POSITIVE_INFINITY;
  return Math.max(0, (ports.clock.nowMs() - Date.parse(state.verified.made_at)) / 1_000);
}
