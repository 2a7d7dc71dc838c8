import { backupState } from '../../src/contract/backups.ts';
import { call } from './client.ts';

export const fetchBackups = (signal: AbortSignal) => call(backupState, 'GET', '/api/admin/backups', { signal });
