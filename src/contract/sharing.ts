import { z } from 'zod';
import { time } from './common.ts';

/** What somebody may do whom a session is shared with: read it, or read it and write in it. */
export const shareLevel = z.enum(['read', 'write']);
export type ShareLevel = z.infer<typeof shareLevel>;

/** What I am to a session: its owner, or somebody whom it is shared with. */
export const sessionLevel = z.enum(['owner', 'write', 'read']);

/** How a session is shared, as its members see it. */
export const sharing = z.strictObject({
  /** What I may do in it. */
  access: sessionLevel,
  /** What its owner is called. */
  owner_name: z.string(),
});
export type Sharing = z.infer<typeof sharing>;

/** Whom a session can be shared with. */
export const shareSubjectKind = z.enum(['user', 'group']);
export type ShareSubject = { kind: z.infer<typeof shareSubjectKind>; id: string };

export const shareBody = z.strictObject({ level: shareLevel });

/** A person or a group that a session is shared with. */
export const sessionShare = z.strictObject({
  kind: shareSubjectKind,
  id: z.string(),
  /** What it is called: of a person, the name they show. */
  name: z.string(),
  /** Of a person, the name they sign in with. */
  username: z.string().optional(),
  /** Of a group, how many are in it. */
  member_count: z.int().min(0).optional(),
  level: shareLevel,
  since: time,
});
export type SessionShare = z.infer<typeof sessionShare>;

/** Somebody in a session: its owner, and those who had it open since it is shared. */
export const sessionPerson = z.strictObject({
  user_id: z.string(),
  name: z.string(),
  username: z.string(),
  access: sessionLevel,
  /** Whether they have it open at this moment. */
  is_here: z.boolean(),
  /** When they last had it open; shown to the owner alone, and null for whoever never had. */
  last_read_at: time.nullable().optional(),
});
export type SessionPerson = z.infer<typeof sessionPerson>;

export const sessionPeople = z.strictObject({
  /** What I may do in it. */
  access: sessionLevel,
  shares: z.array(sessionShare),
  /** At most a hundred, its owner first, then whoever had it open last. */
  people: z.array(sessionPerson),
  /** Its owner, and who else wrote in it, whether or not they still may. */
  authors: z.array(z.strictObject({ user_id: z.string(), name: z.string() })),
});
export type SessionPeople = z.infer<typeof sessionPeople>;

export const shareCandidatesQuery = z.strictObject({ q: z.string().trim().max(100).optional() });
/** People, and groups that I am in, whose names hold what was asked for: at most ten of each. */
export const shareCandidates = z.strictObject({
  candidates: z.array(
    z.strictObject({
      kind: shareSubjectKind,
      id: z.string(),
      name: z.string(),
      username: z.string().optional(),
      member_count: z.int().min(0).optional(),
    }),
  ),
});
export type ShareCandidate = z.infer<typeof shareCandidates>['candidates'][number];
