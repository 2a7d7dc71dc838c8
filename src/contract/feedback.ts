import { z } from 'zod';
import { time } from './common.ts';

export const rating = z.enum(['up', 'down']);
export type Rating = z.infer<typeof rating>;

/** The most of a reason, in UTF-16 units. */
export const maxReasonChars = 2_000;

export const feedbackBody = z.strictObject({
  rating,
  /** Why, in the person's words. */
  reason: z.string().trim().max(maxReasonChars).optional(),
});

/** What the asking person thinks of an answer. */
export const feedback = z.strictObject({
  turn_id: z.string(),
  rating,
  /** Empty where none was given. */
  reason: z.string(),
  updated_at: time,
});
export type Feedback = z.infer<typeof feedback>;
export const feedbackList = z.strictObject({ feedback: z.array(feedback) });
