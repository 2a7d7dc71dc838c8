import { z } from 'zod';
import { pageQuery, time } from './common.ts';

const reason = z.string().trim().min(3).max(1_000);

export const placeHoldBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user'), username: z.string().min(1).max(100), reason }),
  /** Who is deleted has no username any more that leads to them; what they left is held by their id. */
  z.strictObject({ kind: z.literal('user_id'), user_id: z.uuid(), reason }),
  z.strictObject({ kind: z.literal('session'), session_id: z.uuid(), reason }),
]);
export type PlaceHoldBody = z.infer<typeof placeHoldBody>;
export const releaseHoldBody = z.strictObject({ reason });

export const legalHold = z.strictObject({
  id: z.string(),
  /** On a person: all their sessions, those they wrote in, and what is on record of them. */
  kind: z.enum(['user', 'session']),
  subject_id: z.string(),
  /** The person's name, or the session's title with its owner's. */
  subject_name: z.string(),
  reason: z.string(),
  placed_at: time,
  placed_by: z.string(),
  /** Null while it holds. */
  released_at: time.nullable(),
  released_by: z.string().nullable(),
  release_reason: z.string().nullable(),
});
export type LegalHold = z.infer<typeof legalHold>;
export const legalHolds = z.strictObject({ holds: z.array(legalHold), next_cursor: z.string().nullable() });
export type LegalHolds = z.infer<typeof legalHolds>;
export const legalHoldsQuery = z.strictObject(pageQuery);
