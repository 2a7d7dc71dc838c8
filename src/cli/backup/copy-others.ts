import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { copyFile } from './copy-file.ts';
import type { Manifest } from './manifest.ts';

/** What of a data directory is copied beside the database and the originals. */
const otherNames = /^(?:audit-anchors(?:\.[\w-]+)?\.jsonl|secret\.key|\.env)$/;
/** Copies them, before the database: an anchor that is newer than it would say that the end of the audit log was cut off. */
export async function copyOthers(dataDir: string, to: string): Promise<Manifest['others']> {
  const names = (await readdir(dataDir)).filter((name) => otherNames.test(name));
  const others: Manifest['others'] = [];
  for (const name of names) {
    const copied = await copyFile(join(dataDir, name), join(to, name));
    if (copied) others.push({ name, sha256: copied.sha256 });
  }
  return others;
}
