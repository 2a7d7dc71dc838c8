import {
  type ErasureScope,
  erasureScope,
  type ImportAnswer,
  importAnswer,
  type OwnErasureScope,
  ownErasureScope,
} from '../../src/contract/personal-data.ts';
import { call, command } from './client.ts';
import { sendFile } from './send-file.ts';

/** A download: the browser fetches it itself, with the cookie. */
export const exportPath = '/api/account/export';

export const importExport = (
  file: File,
  how: { onProgress(share: number): void; signal: AbortSignal },
): Promise<ImportAnswer> => sendFile(importAnswer, '/api/account/import', file, how);

export const fetchOwnErasure = (signal: AbortSignal): Promise<OwnErasureScope> =>
  call(ownErasureScope, 'GET', '/api/account/erasure', { signal });

export const eraseAccount = (password: string | undefined, corpora: 'keep' | 'erase'): Promise<void> =>
  command('POST', '/api/account/erase', { body: { password, corpora } });

export const fetchUserErasure = (userId: string, signal: AbortSignal): Promise<ErasureScope> =>
  call(erasureScope, 'GET', `/api/admin/users/${userId}/erasure`, { signal });

export const eraseUser = (userId: string, corpora: 'keep' | 'erase'): Promise<void> =>
  command('POST', `/api/admin/users/${userId}/erase`, { body: { corpora } });
