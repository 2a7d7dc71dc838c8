import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** Ids are UUIDs; a brand keeps a kind that must not be confused from standing in for another. */
type Brand<Name extends string> = string & { readonly [brand]: Name };
declare const brand: unique symbol;

/** One running process. */
export type InstanceId = Brand<'InstanceId'>;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for the canonical 36-character UUID text, in either case. */
export function isUuid(value: string): boolean {
  return uuidPattern.test(value);
}

/** A new random UUID, typed as the kind the caller asks for. */
export function newId<Kind extends string = string>(): Kind {
  return randomUUID() as Kind;
}

/** A secret of 256 random bits, base64url (43 characters). */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The same UUID for the same texts, and another for any others. */
export function idFrom(...texts: string[]): string {
  const hex = sha256(JSON.stringify(texts));
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(18, 20),
    hex.slice(20, 32),
  ];
  return parts.join('-');
}

/** Lower-case hex SHA-256. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
