import { email } from '../../contract/mail.ts';

/** What the provider says of somebody: who they are there, and what is told of them beside. */
export type Claims = { subject: string; claims: Readonly<Record<string, unknown>> };

/** More are left out. */
const maxGroups = 1_000;
const maxUsername = 64;
const maxDisplayName = 120;

/** The names a claim lists: a list of texts, or one text. Whatever else it is, it names none. Pure. */
export function groupNames(claims: Claims['claims'], claim: string): string[] {
  const value = claims[claim];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list
    .filter((each): each is string => typeof each === 'string' && each !== '' && each.length <= 200)
    .slice(0, maxGroups);
}

export type NewNames = { username: string; displayName: string; email?: string };

/** What somebody new is called, from what the provider calls them; undefined when that is no username. Their address is one that the provider
 *  has made sure of, or none. Pure. */
export function newNames(claims: Claims['claims']): NewNames | undefined {
  const username = text(claims['preferred_username']) ?? text(claims['email']);
  if (username === undefined || username.length > maxUsername) return undefined;
  if (!/^[A-Za-z0-9][A-Za-z0-9._@-]*$/.test(username)) return undefined;
  const name = text(claims['name'])
    ?.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .trim()
    .slice(0, maxDisplayName);
  const address = claims['email_verified'] === true ? email.safeParse(claims['email']) : undefined;
  return {
    username,
    displayName: name === undefined || name === '' ? username : name,
    ...(address?.success && { email: address.data }),
  };
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
