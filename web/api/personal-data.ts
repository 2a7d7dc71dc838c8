import { type ErasureScope, erasureScope } from '../../src/contract/personal-data.ts';
import { call, command } from './client.ts';

/** A download: the browser fetches it itself, with the cookie. */
export const exportPath = '/api/account/export';

export const fetchOwnErasure = (signal: AbortSignal): Promise<ErasureScope> =>
  call(erasureScope, 'GET', '/api/account/erasure', { signal });

export const eraseAccount = (password: string, corpora: 'keep' | 'erase'): Promise<void> =>
  command('POST', '/api/account/erase', { body: { password, corpora } });

export const fetchUserErasure = (userId: string, signal: AbortSignal): Promise<ErasureScope> =>
  call(erasureScope, 'GET', `/api/admin/users/${userId}/erasure`, { signal });

export const eraseUser = (userId: string, corpora: 'keep' | 'erase'): Promise<void> =>
  command('POST', `/api/admin/users/${userId}/erase`, { body: { corpora } });
