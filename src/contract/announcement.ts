import { z } from 'zod';
import { time } from './common.ts';

export const maxAnnouncementCharacters = 500;

const shown = {
  /** Plain text; addresses in it can be followed. */
  text: z.string(),
  kind: z.enum(['information', 'warning']),
  /** Whether people may close it for themselves; they see the next one again. */
  is_dismissible: z.boolean(),
};

/** What administrators say to everybody; it is one. */
export const announcementBody = z
  .strictObject({
    ...shown,
    text: z
      .string()
      .trim()
      .min(1)
      .max(maxAnnouncementCharacters)
      .regex(/^(?:\n|[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069])*$/u, 'Use no control characters.'),
    /** Shown at this time or later; null for at once. */
    from: time.nullable(),
    /** Shown before this time; null for until it is taken away. */
    until: time.nullable(),
    /** Whether it is read by whoever has not signed in. */
    on_sign_in: z.boolean(),
  })
  .refine(({ from, until }) => until === null || from === null || from < until, 'It must begin before it ends.');
export type AnnouncementBody = z.infer<typeof announcementBody>;

/** As it is stored. The version is another one whenever something is said anew. */
export const storedAnnouncement = z.strictObject({ version: z.string(), ...announcementBody.shape, ...shown });
export type StoredAnnouncement = z.infer<typeof storedAnnouncement>;
/** The setting that holds it; null when there is none. */
export const announcementKey = 'announcement';

export const putAnnouncementBody = z.strictObject({ announcement: announcementBody.nullable() });
export const announcementState = z.strictObject({ announcement: storedAnnouncement.nullable() });
export type AnnouncementState = z.infer<typeof announcementState>;

export const shownAnnouncement = z.strictObject({
  announcement: z.strictObject({ version: z.string(), ...shown }).nullable(),
  /** When there is another answer to this question, as far as it is known now. */
  changes_at: time.nullable(),
});
export type ShownAnnouncement = z.infer<typeof shownAnnouncement>;

export const dismissBody = z.strictObject({ version: z.uuid() });
