import { z } from 'zod';
import { composedTag, documentTag, isVisibleTag, maxDocumentTags } from './document-tags.ts';

export const maxSessionTags = maxDocumentTags;
const sessionTag = documentTag.refine(isVisibleTag, 'A tag is empty.').transform(composedTag);

/** Each once, in whatever case it is written. */
export const sessionTags = z
  .array(sessionTag)
  .max(maxSessionTags)
  .transform((tags) => [...new Map(tags.toReversed().map((tag) => [tag.toLowerCase(), tag])).values()].toReversed());

/** A tag of my sessions, and how many have it. */
export const tagOfSessions = z.strictObject({ tag: z.string(), sessions: z.number().int() });
export const sessionTagList = z.strictObject({ tags: z.array(tagOfSessions) });
export type SessionTagList = z.infer<typeof sessionTagList>;
