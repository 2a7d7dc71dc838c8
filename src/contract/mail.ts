import { z } from 'zod';

/** A mail address, as it is written in a message: no name, no comment, no quotes. */
export const email = z.email('Write a mail address, such as ann@example.org.').max(254);

/** Why a mail did not go out. */
export const mailProblem = z.enum([
  'not_set',
  'unreachable',
  'too_slow',
  'not_encrypted',
  'sign_in_refused',
  'sender_refused',
  'recipient_refused',
  'refused',
  'busy',
]);
export type MailProblem = z.infer<typeof mailProblem>;

/** What became of a mail: whether the mail server took it, which is as much as anybody knows. */
export const delivery = z.strictObject({
  to: z.string(),
  mailed: z.boolean(),
  /** Null where it was mailed. */
  problem: mailProblem.nullable(),
});
export type Delivery = z.infer<typeof delivery>;
