import { z } from 'zod';

export const maxDocumentTags = 20;
/** Different tags in one corpus, those of deleted documents that are kept included. */
export const maxCorpusTags = 500;
/** Documents that are tagged at once. */
export const maxTaggedAtOnce = 200;

/** A tag as it is written; how it is written in case and blanks makes no other tag of it. */
export const documentTag = z.string().trim().min(1).max(40);

/** A tag as it is stored: composed, blanks as one. Pure. */
export const composedTag = (tag: string): string =>
  tag
    .normalize('NFC')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
/** Whether anything of a tag can be seen. Pure. */
export const isVisibleTag = (tag: string): boolean => /[\p{L}\p{N}\p{P}\p{S}]/u.test(tag);

export const documentTags = z.array(documentTag).max(maxDocumentTags);
/** Replaces the tags that the document has. */
export const patchDocumentBody = z.strictObject({ tags: documentTags });

export const tagDocumentsBody = z.strictObject({
  document_ids: z.array(z.string().min(1).max(100)).min(1).max(maxTaggedAtOnce),
  /** What is both added and removed is added. */
  add: documentTags.optional(),
  remove: documentTags.optional(),
});
export type TagDocumentsBody = z.infer<typeof tagDocumentsBody>;
/** How many of the documents had other tags before. */
export const tagDocumentsAnswer = z.strictObject({ changed: z.number().int() });

export const corpusTag = z.strictObject({ tag: z.string(), documents: z.number().int() });
export type CorpusTag = z.infer<typeof corpusTag>;
export const corpusTagList = z.strictObject({ tags: z.array(corpusTag) });
