import { z } from 'zod';
import { time } from './common.ts';

/** What is kept by a rule: sessions by their last activity, temporary ones from their opening, what lies in the two bins from its deletion,
 *  openings of documents, and what the audit log holds of names, addresses and reasons. */
export const retentionKind = z.enum([
  'sessions',
  'imported',
  'temporary',
  'session_bin',
  'document_bin',
  'document_accesses',
  'audit_personal',
]);
export type RetentionKind = z.infer<typeof retentionKind>;

/** How long each kind is kept while nobody said otherwise, and what may be said. Days; null is for ever. */
export const retentionBounds: Readonly<
  Record<RetentionKind, { standard: number | null; least: number; most: number; mayBeForEver: boolean }>
> = {
  sessions: { standard: null, least: 1, most: 36_500, mayBeForEver: true },
  imported: { standard: null, least: 1, most: 36_500, mayBeForEver: true },
  temporary: { standard: 1, least: 1, most: 30, mayBeForEver: false },
  session_bin: { standard: 30, least: 1, most: 3_650, mayBeForEver: true },
  document_bin: { standard: 30, least: 1, most: 3_650, mayBeForEver: true },
  document_accesses: { standard: null, least: 30, most: 36_500, mayBeForEver: true },
  // Records themselves are never removed: the chain is what shows that none was.
  audit_personal: { standard: null, least: 90, most: 36_500, mayBeForEver: true },
};

const keepDays = z.int().min(1).nullable();
const stored = z.partialRecord(retentionKind, keepDays);
export type RetentionRules = Readonly<Record<RetentionKind, number | null>>;
/** The setting that holds the rules that were set. */
export const retentionKey = 'retention.rules';

/** The rules that hold, of what is stored. Pure. */
export function rulesOf(value: unknown): RetentionRules {
  const set = stored.safeParse(value).data ?? {};
  const of = (kind: RetentionKind) => {
    const days = set[kind];
    return days === undefined || !isAllowed(kind, days) ? retentionBounds[kind].standard : days;
  };
  return Object.fromEntries(retentionKind.options.map((kind) => [kind, of(kind)])) as Record<
    RetentionKind,
    number | null
  >;
}

/** Pure. */
export function isAllowed(kind: RetentionKind, days: number | null): boolean {
  const { least, most, mayBeForEver } = retentionBounds[kind];
  return days === null ? mayBeForEver : days >= least && days <= most;
}

const dayMs = 86_400_000;
/** Pure. */
export const daysAfter = (at: string, days: number): string => new Date(Date.parse(at) + days * dayMs).toISOString();

export const retentionRun = z.strictObject({
  at: time,
  /** How many went, of kinds of which any did. Temporary sessions are counted with those in the bin. */
  gone: z.partialRecord(retentionKind, z.int()),
});
export type RetentionRun = z.infer<typeof retentionRun>;
/** The setting that holds when the rules were last carried out to the end. */
export const retentionRunKey = 'retention.last_run';

export const retentionState = z.strictObject({
  rules: z.array(
    z.strictObject({
      kind: retentionKind,
      keep_days: keepDays,
      standard_days: keepDays,
      least_days: z.int(),
      most_days: z.int(),
      may_be_for_ever: z.boolean(),
    }),
  ),
  last_run: retentionRun.nullable(),
});
export type RetentionState = z.infer<typeof retentionState>;
export type RetentionRule = RetentionState['rules'][number];

export const retentionPreview = z.strictObject({
  kind: retentionKind,
  keep_days: keepDays,
  /** What would go at once under this rule. */
  would_go: z.int(),
  /** When the oldest of it was last active, was deleted, or happened. */
  oldest: time.nullable(),
  /** Whose it is: those with the most, at most ten. */
  people: z.array(z.strictObject({ user_id: z.string(), name: z.string(), count: z.int() })),
});
export type RetentionPreview = z.infer<typeof retentionPreview>;
export const retentionPreviewQuery = z.strictObject({
  /** Left out: for ever. */
  keep_days: z.coerce.number().int().min(1).max(36_500).optional(),
});

export const putRetentionBody = z.strictObject({
  keep_days: z.int().min(1).max(36_500).nullable(),
  /** `would_go` of the preview that whoever sets this has seen. */
  would_go: z.int().min(0),
  /** Needed when anything would go. */
  confirmed: z.boolean(),
});
export type PutRetentionBody = z.infer<typeof putRetentionBody>;

/** What everybody is told of the rules: days, null for ever. */
export const keptFor = z.strictObject({
  sessions: keepDays,
  imported: keepDays,
  temporary: z.int(),
  session_bin: keepDays,
  document_bin: keepDays,
});
export type KeptFor = z.infer<typeof keptFor>;
