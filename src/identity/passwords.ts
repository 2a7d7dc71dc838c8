import { scrypt, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors.ts';
import { newSecret } from '../ids.ts';
import { createGuessCheck, type Weakness } from './guess-check.ts';
import { createSlots } from './slots.ts';

/** Hashes and checks passwords, a bounded number at once. All methods throw AppError `overloaded` when too many wait. */
export type Passwords = {
  /** The hash of a password that somebody chooses. `names` is what the account is called.
   *  @throws AppError weak_password */
  hashChosen(password: string, names: readonly string[]): Promise<string>;
  /** A salted hash with its parameters, `$scrypt$ln=15,r=8,p=3$salt$key`. */
  hash(password: string): Promise<string>;
  /** `weak` is right, by a hash that should be made anew. A missing or unreadable hash takes the time of a wrong password. */
  check(password: string, stored: string | undefined): Promise<'right' | 'weak' | 'wrong'>;
};

/** scrypt's N = 2^logN, r and p. A hash takes 128 * N * r bytes of memory. */
export type ScryptCost = { logN: number; r: number; p: number };

/** @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt */
const defaultCost: ScryptCost = { logN: 15, r: 8, p: 3 };
/** One below the threads of Node's pool, so that files and DNS never wait behind sign-ins. */
const hashesAtOnce = 3;
/** 5 to 10 s of work on two cores. */
const hashesWaiting = 30;
const saltBytes = 16;
const keyBytes = 32;
/** A stored hash beyond this is unreadable: it would take over 128 MiB. */
const maxCost: ScryptCost = { logN: 17, r: 8, p: 8 };

export function createPasswords(cost: ScryptCost = defaultCost): Passwords {
  const slots = createSlots({ atOnce: hashesAtOnce, waiting: hashesWaiting });
  const weaknessOf = createGuessCheck();
  const unmatched = { cost, salt: randomBytes(saltBytes), key: randomBytes(keyBytes) };

  async function hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    const key = await slots.run(() => derive(password, salt, cost));
    return format({ cost, salt, key });
  }

  return {
    hash,
    async hashChosen(password, names) {
      const weakness = await weaknessOf(password, names);
      if (weakness) throw new AppError('weak_password', { detail: refusals[weakness] });
      return hash(password);
    },
    async check(password, stored) {
      const known = parse(stored ?? '');
      const against = known ?? unmatched;
      const key = await slots.run(() => derive(password, against.salt, against.cost));
      if (!timingSafeEqual(key, against.key) || !known) return 'wrong';
      return isWeaker(known.cost, cost) ? 'weak' : 'right';
    },
  };
}

const refusals: Record<Weakness, string> = {
  name: 'This password is too easy to guess: it is little more than a name that others know. Use several words that have nothing to do with each other, or let a password manager make one.',
  common:
    'This password is too easy to guess: it is common, or made of common passwords, keys in a row, dates or repetition. Use several words that have nothing to do with each other, or let a password manager make one.',
};

type Hashed = { cost: ScryptCost; salt: Buffer; key: Buffer };

function format({ cost, salt, key }: Hashed): string {
  return `$scrypt$ln=${cost.logN},r=${cost.r},p=${cost.p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

function parse(stored: string): Hashed | undefined {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]+)\$([\w-]+)$/.exec(stored);
  if (!match) return undefined;
  const [logN, r, p] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const key = Buffer.from(match[5] ?? '', 'base64url');
  if (logN < 1 || r < 1 || p < 1 || key.length !== keyBytes) return undefined;
  if (logN > maxCost.logN || r > maxCost.r || p > maxCost.p) return undefined;
  return { cost: { logN, r, p }, salt: Buffer.from(match[4] ?? '', 'base64url'), key };
}

function isWeaker(one: ScryptCost, other: ScryptCost): boolean {
  return one.logN < other.logN || one.r < other.r || one.p < other.p;
}

/** Passwords are compared in NFKC: one password however the keyboard composes it (RFC 8265 §4.2, NIST SP 800-63B). */
function derive(password: string, salt: Buffer, { logN, r, p }: ScryptCost): Promise<Buffer> {
  const N = 2 ** logN;
  const maxmem = 2 * 128 * N * r + 128 * r * p;
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, keyBytes, { N, r, p, maxmem }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

function randomBytes(count: number): Buffer {
  return Buffer.from(newSecret(), 'base64url').subarray(0, count);
}
