import { z } from 'zod';

/** UTC ISO 8601 with milliseconds and `Z`. */
export const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .meta({ description: 'UTC, ISO 8601 with milliseconds', example: '2026-11-22T10:15:30.123Z' });
export const uuid = z.uuid();

/** 1 to 100 characters with something to see among them, and nothing that breaks a line or turns its direction. */
export const visibleName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]*$/u, 'Use no control characters.')
  .regex(/[\p{L}\p{N}\p{P}\p{S}]/u, 'Use at least one letter, digit or sign.');

/** `application/problem+json`, the body of every error. */
export const problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  request_id: z.string(),
  /** With `second_factor_required`: for the second step of the sign-in. */
  challenge: z.string().optional(),
  /** With `gone`, of a document: what it was called. */
  document_title: z.string().optional(),
});
export type Problem = z.infer<typeof problem>;

/** Page size and position of a keyset-paged list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(500).optional(),
  cursor: z.string().max(400).optional(),
};
