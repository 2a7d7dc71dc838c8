import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const noNginx = 'nginx is not installed; on Debian: apt-get install nginx-light';

/** Where Debian puts it, which is not on everybody's PATH. */
const debianFolder = '/usr/sbin';

/** The program; undefined where there is none. */
export function findNginx(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), debianFolder];
  return folders.map((folder) => join(folder, 'nginx')).find((path) => existsSync(path));
}
