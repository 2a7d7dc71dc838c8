import {
  keptFor,
  type PutRetentionBody,
  type RetentionKind,
  retentionPreview,
  retentionState,
} from '../../src/contract/retention.ts';
import { call, queryString } from './client.ts';

const path = '/api/admin/retention';

export const fetchKeptFor = (signal: AbortSignal) => call(keptFor, 'GET', '/api/retention', { signal });
export const fetchRetention = (signal: AbortSignal) => call(retentionState, 'GET', path, { signal });
export const previewRetention = (kind: RetentionKind, keepDays: number | null) =>
  call(
    retentionPreview,
    'GET',
    `${path}/${kind}/preview${queryString(keepDays === null ? {} : { keep_days: keepDays })}`,
  );
export const putRetention = (kind: RetentionKind, body: PutRetentionBody) =>
  call(retentionState, 'PUT', `${path}/${kind}`, { body });
