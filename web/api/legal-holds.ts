import { z } from 'zod';
import { legalHolds, type PlaceHoldBody } from '../../src/contract/legal-holds.ts';
import { call, command, queryString } from './client.ts';

const path = '/api/admin/holds';

export const listHolds = (cursor: string, signal: AbortSignal) =>
  call(legalHolds, 'GET', `${path}${queryString(cursor === '' ? {} : { cursor })}`, { signal });
export const placeHold = (body: PlaceHoldBody) => call(z.object({ id: z.string() }), 'POST', path, { body });
export const releaseHold = (id: string, reason: string) =>
  command('POST', `${path}/${encodeURIComponent(id)}/release`, { body: { reason } });
