import { newSecret } from '../ids.ts';

/** 32 signs that are not mistaken for each other: no 0 and o, no 1 and l. */
const alphabet = '23456789abcdefghijkmnpqrstuvwxyz';

/** A secret that people copy by hand: groups of four signs, 20 random bits each. At most 8 groups. */
export function readableSecret(groups: number): string {
  const bytes = Buffer.from(newSecret(), 'base64url').subarray(0, groups * 4);
  const signs = [...bytes].map((byte) => alphabet[byte % 32]).join('');
  return Array.from({ length: groups }, (_, group) => signs.slice(group * 4, group * 4 + 4)).join('-');
}
