import { z } from 'zod';
import { pageQuery, time } from './common.ts';
import { documentTag, documentTags, maxDocumentTags } from './document-tags.ts';
import { citation } from './events.ts';

export const corpusName = z.string().trim().min(1).max(120);

export const corpus = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  owner_username: z.string(),
  documents: z.number().int(),
  passages: z.number().int(),
  /** Of the originals of its documents. */
  bytes: z.number().int(),
  tags: z.array(z.string()),
  /** Null unless it is archived: then it is opened as before, and neither searched nor added to. */
  archived_at: time.nullable(),
  created_at: time,
  updated_at: time,
  /** What the asking user may do with it. */
  access: z.enum(['read', 'curate']),
});
export type Corpus = z.infer<typeof corpus>;

/** The corpus that a first start brings along. */
export const handbookName = 'Perdure handbook';
export const corpusList = z.strictObject({ corpora: z.array(corpus) });
export const createCorpusBody = z.strictObject({
  name: corpusName,
  description: z.string().trim().max(2000).optional(),
});
export const patchCorpusBody = z.strictObject({
  name: corpusName.optional(),
  description: z.string().trim().max(2000).optional(),
  archived: z.boolean().optional(),
  /** Replaces those it has. */
  tags: documentTags.optional(),
});

export const giveCorpusBody = z.strictObject({
  /** Of the new owner: an active curator or administrator. */
  username: z.string().trim().min(1).max(200),
});

export const documentState = z.enum(['queued', 'parsing', 'embedding', 'ready', 'failed']);
export type DocumentState = z.infer<typeof documentState>;

const webAddress = z.url({ protocol: /^https?$/ });
/** Where a document that was added by its web address comes from. */
export const documentOrigin = z.strictObject({
  /** As it was given. */
  address: webAddress,
  /** Where the redirects ended; with `fetched_at` once the bytes are there. */
  final_address: webAddress.optional(),
  fetched_at: time.optional(),
  /** Since when it was found to be the same, if it was fetched again and was. */
  unchanged_since: time.optional(),
});
export type DocumentOrigin = z.infer<typeof documentOrigin>;

/** The version that comes after the one that is searched, while it is read and when it could not be. */
export const nextVersion = z.strictObject({
  version: z.number().int(),
  state: z.enum(['queued', 'parsing', 'embedding', 'failed']),
  progress: z.number(),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
});
export type NextVersion = z.infer<typeof nextVersion>;
export const reprocessAnswer = z.strictObject({
  document_id: z.string(),
  /** The version that is being read. */
  version: z.number().int(),
});
export const document = z.strictObject({
  document_id: z.string(),
  corpus_id: z.string(),
  title: z.string(),
  filename: z.string(),
  media_type: z.string(),
  bytes: z.number().int(),
  state: documentState,
  /** 0 to 1. */
  progress: z.number().min(0).max(1),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  /** What of the file was not read, or not for certain, in sentences: “No text on pages 3-5 and 9. …”. */
  notices: z.array(z.string()),
  /** In alphabetical order. */
  tags: z.array(z.string()),
  pages: z.number().int(),
  passages: z.number().int(),
  version: z.number().int(),
  origin: documentOrigin.optional(),
  /** Given of one document by itself. */
  next: nextVersion.optional(),
  created_at: time,
  updated_at: time,
});
export type Document = z.infer<typeof document>;
/** How many documents of a corpus are in each state. */
export const documentCounts = z.record(documentState, z.number().int());
export type DocumentCounts = z.infer<typeof documentCounts>;
export const documentList = z.strictObject({
  documents: z.array(document),
  /** Of the whole corpus, whatever the list is narrowed to. */
  counts: documentCounts,
  next_cursor: z.string().nullable(),
});
export type DocumentList = z.infer<typeof documentList>;
export const documentsQuery = z.strictObject({
  ...pageQuery,
  state: documentState.optional(),
  tag: documentTag.optional(),
  /** A part of its title or of its filename. */
  title: z.string().trim().min(1).max(200).optional(),
});
export const uploadAnswer = z.strictObject({
  document_id: z.string(),
  state: documentState,
  /** The corpus held the same bytes already: this is their document. */
  duplicate: z.literal(true).optional(),
});
export const fromAddressBody = z.strictObject({ url: z.string().min(1).max(2000) });
export const documentText = z.strictObject({
  text: z.string(),
  version: z.number().int(),
  title: z.string(),
  media_type: z.string(),
  /** Where each page begins and ends in the text; empty for a document without pages. */
  pages: z.array(z.strictObject({ page: z.number().int(), start: z.number().int(), end: z.number().int() })),
});
export type DocumentText = z.infer<typeof documentText>;

export const passagesQuery = z.strictObject({
  version: z.coerce.number().int().min(1).optional(),
  /** The ordinal of the last passage that is known. */
  after: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(2000).optional(),
});
/** Where a passage stands: UTF-16 offsets into the text of its version. */
export const passagePlace = z.strictObject({
  /** Counts from 0 in the order of the text. */
  ordinal: z.number().int(),
  passage_id: z.string(),
  start: z.number().int(),
  end: z.number().int(),
  page: z.number().int().optional(),
  /** The headings it stands under, outermost first. */
  heading_path: z.array(z.string()),
});
export type PassagePlace = z.infer<typeof passagePlace>;
export const passageList = z.strictObject({
  version: z.number().int(),
  passages: z.array(passagePlace),
  /** What `after` is for the rest; null when this is all. */
  next_after: z.number().int().nullable(),
});
export type PassageList = z.infer<typeof passageList>;

/** Somebody opened a document: once for the text and for the original of each version within ten minutes. */
export const documentAccess = z.strictObject({
  at: time,
  user_id: z.string(),
  username: z.string(),
  what: z.enum(['original', 'text']),
  /** Left out of openings from before versions were noted. */
  version: z.number().int().optional(),
  /** A program with one of their API keys, and not they themselves on a page. */
  by_api_key: z.boolean(),
  document_id: z.string(),
  document_title: z.string(),
});
export type DocumentAccess = z.infer<typeof documentAccess>;
export const documentAccesses = z.strictObject({
  accesses: z.array(documentAccess),
  next_cursor: z.string().nullable(),
});
export type DocumentAccesses = z.infer<typeof documentAccesses>;

export const searchBody = z.strictObject({
  query: z.string().trim().min(1).max(2000),
  corpora: z.array(z.string().min(1).max(200)).max(50).optional(),
  /** Only in these documents. */
  documents: z.array(z.string().min(1).max(200)).min(1).max(100).optional(),
  /** Only in documents that were added from this moment on, and before that one. */
  added_from: time.optional(),
  added_before: time.optional(),
  /** Only in documents that have at least one of these tags, or are in a corpus that has. */
  tags: z.array(documentTag).min(1).max(maxDocumentTags).optional(),
  limit: z.number().int().min(1).max(50).optional(),
  /** Tells of each passage why it was found. */
  explain: z.boolean().optional(),
});
/** Why a passage was found. Ranks count from 1 in a list of its own; a list that did not find it is left out. */
export const foundBecause = z.strictObject({
  /** By the words of the question: BM25, higher is better. */
  lexical: z.strictObject({ rank: z.number().int(), score: z.number() }).optional(),
  /** By nearness of meaning: the cosine of the angle to the question, 1 for the same direction. */
  dense: z.strictObject({ rank: z.number().int(), similarity: z.number() }).optional(),
  /** Both lists together, 0 to 1 within this answer. */
  fused: z.number(),
  /** How well the reranker thinks it answers the question, 0 to 1; left out where it was not asked about this passage. */
  reranked: z.number().optional(),
  /** The words of the passage, its title and headings that the question's words found, as they stand there in small letters. */
  matched_words: z.array(z.string()),
});
export type FoundBecause = z.infer<typeof foundBecause>;
const { n: _n, quote: _quote, ...citationFields } = citation.shape;
export const foundPassage = z.strictObject({
  ...citationFields,
  text: z.string(),
  heading_path: z.array(z.string()),
  /** When it was asked for. */
  explain: foundBecause.optional(),
});
export type FoundPassage = z.infer<typeof foundPassage>;
/** `hybrid`: by words and by meaning; `partial`: the same, but another embedder is taking over and has not come to all passages yet;
 *  `lexical`: by words alone. */
export const searchMode = z.enum(['hybrid', 'partial', 'lexical']);
export type SearchMode = z.infer<typeof searchMode>;
export const searchAnswer = z.strictObject({
  passages: z.array(foundPassage),
  mode: searchMode,
  /** Whether the reranker put the best in order, or was too late or not there; left out where none is set. */
  reranked: z.boolean().optional(),
});
