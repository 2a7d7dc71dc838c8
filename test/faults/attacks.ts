import type { Attack } from './attack.ts';
import { kill } from './attacks/kill.ts';

/** Every attack, in the order of docs/durability.md. */
export const attacks: readonly Attack[] = [kill];
