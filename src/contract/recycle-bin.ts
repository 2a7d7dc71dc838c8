import { z } from 'zod';
import { time } from './common.ts';
import { corpusName } from './documents.ts';

const deletion = {
  deleted_at: time,
  /** Missing when the server did it, or somebody who is erased. */
  deleted_by: z.string().optional(),
  /** From then on it is deleted for good; null where that is never by itself. */
  kept_until: time.nullable(),
};

export const corpusInBin = z.strictObject({
  id: z.string(),
  name: z.string(),
  documents: z.number().int(),
  ...deletion,
});
export type CorpusInBin = z.infer<typeof corpusInBin>;
export const corporaInBin = z.strictObject({ corpora: z.array(corpusInBin) });

export const documentInBin = z.strictObject({
  document_id: z.string(),
  title: z.string(),
  filename: z.string(),
  bytes: z.number().int(),
  ...deletion,
});
export const documentsInBin = z.strictObject({
  documents: z.array(documentInBin),
  next_cursor: z.string().nullable(),
});
export type DocumentsInBin = z.infer<typeof documentsInBin>;

/** Another name, where a corpus has taken the old one meanwhile. */
export const restoreCorpusBody = z.strictObject({ name: corpusName.optional() });
