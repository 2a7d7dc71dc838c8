import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { InstanceId } from '../../ids.ts';
import type { Presence } from '../presence.ts';

/** Presence on one machine: an exclusive transaction on a file of one's own. It is refused to others while the owner lives, also
 *  while it is stopped, and free at once after it was killed. */
export function openSqlitePresence(options: { folder: string; instanceId: InstanceId }): Presence {
  mkdirSync(options.folder, { recursive: true });
  const pathOf = (instanceId: string) => join(options.folder, `${instanceId}.lock`);
  const own = new DatabaseSync(pathOf(options.instanceId), { timeout: 0 });
  own.exec('pragma journal_mode = memory');
  own.exec('begin exclusive');

  function isGone(instanceId: string): boolean {
    if (instanceId === options.instanceId) return false;
    const probe = new DatabaseSync(pathOf(instanceId), { timeout: 0 });
    try {
      probe.exec('begin exclusive');
      probe.exec('rollback');
      return true;
    } catch {
      return false;
    } finally {
      probe.close();
    }
  }

  /** Removes what instances that are no more left behind: their lock and their bell's socket. */
  function sweep(): void {
    for (const name of readdirSync(options.folder)) {
      const instanceId = name.slice(0, 36);
      if (!isGone(instanceId)) continue;
      for (const kind of ['lock', 'sock']) rmSync(join(options.folder, `${instanceId}.${kind}`), { force: true });
    }
  }
  sweep();

  return {
    instanceId: options.instanceId,
    goneAmong: (instanceIds) => Promise.resolve(instanceIds.filter(isGone)),
    close() {
      own.close();
      rmSync(pathOf(options.instanceId), { force: true });
      return Promise.resolve();
    },
  };
}
