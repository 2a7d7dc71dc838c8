import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { copyFile } from './copy-file.ts';

/** What of a data directory is copied beside the database and the originals. */
const otherNames = /^(?:audit-anchors(?:\.[\w-]+)?\.jsonl|secret\.key|\.env)$/;
/** Copies them, before the database: an anchor that is newer than it would say that the end of the audit log was cut off. */
export async function copyOthers(dataDir: string, to: string): Promise<string[]> {
  const names = (await readdir(dataDir)).filter((name) => otherNames.test(name));
  for (const name of names) await copyFile(join(dataDir, name), join(to, name));
  return names;
}
