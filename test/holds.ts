import { z } from 'zod';
import { answered } from './client.ts';
import type { Person } from './given.ts';

/** Puts a hold on a session and gives the hold's id. */
export async function heldSession(admin: Person, sessionId: string): Promise<string> {
  const body = { kind: 'session', session_id: sessionId, reason: 'A lawsuit' };
  return answered(await admin.client.post('/api/admin/holds', body), 201, z.strictObject({ id: z.string() })).id;
}
