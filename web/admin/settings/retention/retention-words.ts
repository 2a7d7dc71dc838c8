import type { RetentionKind } from '../../../../src/contract/retention.ts';

type Words = { name: string; since: string; about: string; one: string; many: string };

/** What each rule is about, from when its days count, and what stays out of it. */
export const retentionWords: Readonly<Record<RetentionKind, Words>> = {
  sessions: {
    name: 'Sessions',
    since: 'after the last message',
    about: 'Pinned sessions stay. People see in their list and on the page of a session when it goes.',
    one: 'session',
    many: 'sessions',
  },
  imported: {
    name: 'Imported sessions',
    since: 'after the last message, or after they were brought in',
    about: 'Brought back from an export, or in from another chat. Pinned ones stay.',
    one: 'session',
    many: 'sessions',
  },
  temporary: {
    name: 'Temporary sessions',
    since: 'after they were opened',
    about: 'Holds for those opened from now on: each says on its page until when it is kept, and that stays true.',
    one: 'session',
    many: 'sessions',
  },
  session_bin: {
    name: 'Deleted sessions',
    since: 'after they were deleted',
    about: 'Until then their owners can bring them back.',
    one: 'session',
    many: 'sessions',
  },
  document_bin: {
    name: 'Deleted corpora and documents',
    since: 'after they were deleted',
    about: 'Until then their curators can bring them back.',
    one: 'corpus or document',
    many: 'corpora and documents',
  },
  document_accesses: {
    name: 'Who opened which document',
    since: 'after it was opened',
    about: 'What curators see on the page of a corpus and of a document.',
    one: 'opening',
    many: 'openings',
  },
  audit_personal: {
    name: 'Names, addresses and reasons in the audit log',
    since: 'after it was recorded',
    about: 'The records themselves, who did what when, always stay: the log shows by its chain that none is missing.',
    one: 'record',
    many: 'records',
  },
};
