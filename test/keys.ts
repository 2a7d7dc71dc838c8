import { type ApiScope, type CreatedKey, createdKey } from '../src/contract/account.ts';
import { answered } from './client.ts';
import type { Person } from './given.ts';

/** A new API key of a person. */
export async function newKey(
  person: Person,
  scopes: readonly ApiScope[] = ['sessions:read'],
  more: { name?: string; expires_in_days?: number } = {},
): Promise<CreatedKey> {
  const reply = await person.client.post('/api/account/keys', { name: 'Nightly report', scopes, ...more });
  return answered(reply, 201, createdKey);
}
