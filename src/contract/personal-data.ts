import { z } from 'zod';

/** What erasing an account takes. Corpora are the team's: kept without their owner's name, unless they are told to go too. */
export const erasureScope = z.strictObject({
  sessions: z.number().int().nonnegative(),
  /** Owned by the account, and the documents in them. */
  corpora: z.number().int().nonnegative(),
  documents: z.number().int().nonnegative(),
});
export type ErasureScope = z.infer<typeof erasureScope>;

/** What shows that it is you: your password or, where your account has none, that you signed in within the last five minutes. */
const ownerProof = z.enum(['password', 'recent_sign_in']);
export type OwnerProof = z.infer<typeof ownerProof>;

export const ownErasureScope = z.strictObject({ ...erasureScope.shape, proof: ownerProof });
export type OwnErasureScope = z.infer<typeof ownErasureScope>;

const corpora = z.enum(['keep', 'erase']).optional();
export const eraseAccountBody = z.strictObject({ password: z.string().min(1).max(1024).optional(), corpora });
export const eraseUserBody = z.strictObject({ corpora });

/** What came of an import. Documents are not put back into corpora: that is an upload of a curator. */
export const importAnswer = z.strictObject({
  /** Sessions made again, in the list of sessions. */
  brought_back: z.number().int().nonnegative(),
  /** Made again where they lay: deleted, until their time in the bin is over. */
  in_bin: z.number().int().nonnegative(),
  already_here: z.number().int().nonnegative(),
  /** Sessions that cannot be brought back: the first of them, and how many there are. */
  refused: z.array(z.strictObject({ file: z.string(), reason: z.string() })),
  refused_in_all: z.number().int().nonnegative(),
  /** In the archive; none of them was put back. */
  documents: z.number().int().nonnegative(),
});
export type ImportAnswer = z.infer<typeof importAnswer>;
