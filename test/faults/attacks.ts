import type { Attack } from './attack.ts';
import { fullDisk } from './attacks/full-disk.ts';
import { kill } from './attacks/kill.ts';

/** Every attack, in the order of docs/durability.md. */
export const attacks: readonly Attack[] = [kill, fullDisk];
