import { z } from 'zod';

/** The levels a group is granted a corpus at. */
export const corpusLevel = z.enum(['read', 'curate']);
export type CorpusLevel = z.infer<typeof corpusLevel>;
export const corpusAccessBody = z.strictObject({ level: corpusLevel });

/** The most groups offered at once to be given access. */
export const maxOfferedGroups = 50;
/** `q` is looked for in the names of the groups that are offered. */
export const corpusAccessQuery = z.strictObject({ q: z.string().max(200).optional() });

/** A group that a corpus is granted to. Its members are counted and not named. */
export const corpusGroup = z.strictObject({
  group_id: z.string(),
  name: z.string(),
  /** `Everyone`, which all who have an account are in. */
  is_builtin: z.boolean(),
  level: corpusLevel,
  member_count: z.number().int().min(0),
  /** Whether who asks is a member. */
  is_mine: z.boolean(),
});
export type CorpusGroup = z.infer<typeof corpusGroup>;

export const offeredGroup = z.strictObject({ group_id: z.string(), name: z.string() });
export type OfferedGroup = z.infer<typeof offeredGroup>;

/** Who may use a corpus, beside its owner and the administrators: groups, `Everyone` first. */
export const corpusAccess = z.strictObject({
  corpus_id: z.string(),
  /** Empty for a corpus without an owner. */
  owner_username: z.string(),
  groups: z.array(corpusGroup),
  /** Groups without access, which may be given it. */
  others: z.array(offeredGroup),
  /** Whether there are more of the others than are listed. */
  has_more_others: z.boolean(),
});
export type CorpusAccess = z.infer<typeof corpusAccess>;
