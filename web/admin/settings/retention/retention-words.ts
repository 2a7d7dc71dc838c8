import type { RetentionKind } from '../../../../src/contract/retention.ts';
import { t } from '../../../i18n/translate.ts';

type Words = {
  name: string;
  about: string;
  /** For how long, and from when its days count. */
  kept(of: { days: number }): string;
  bounds(of: { least: number; most: number }): string;
  /** What they are called in a table. */
  many: string;
  wouldGo(of: { count: number }): string;
};

const ofSessions: Pick<Words, 'many' | 'wouldGo'> = {
  many: t('Sessions'),
  wouldGo: (of) => t('{count, plural, one {# session} other {# sessions}} would go now.', of),
};

/** What each rule is about, from when its days count, and what stays out of it. */
export const retentionWords: Readonly<Record<RetentionKind, Words>> = {
  sessions: {
    name: t('Sessions'),
    about: t('Pinned sessions stay. People see in their list and on the page of a session when it goes.'),
    kept: (of) => t('Kept {days, plural, one {for # day} other {for # days}} after the last message.', of),
    bounds: (of) => t('From {least} to {most, number} days after the last message.', of),
    ...ofSessions,
  },
  imported: {
    name: t('Imported sessions'),
    about: t('Brought back from an export, or in from another chat. Pinned ones stay.'),
    kept: (of) =>
      t(
        'Kept {days, plural, one {for # day} other {for # days}} after the last message, or after they were brought in.',
        of,
      ),
    bounds: (of) => t('From {least} to {most, number} days after the last message, or after they were brought in.', of),
    ...ofSessions,
  },
  temporary: {
    name: t('Temporary sessions'),
    about: t('Holds for those opened from now on: each says on its page until when it is kept, and that stays true.'),
    kept: (of) => t('Kept {days, plural, one {for # day} other {for # days}} after they were opened.', of),
    bounds: (of) => t('From {least} to {most, number} days after they were opened.', of),
    ...ofSessions,
  },
  session_bin: {
    name: t('Deleted sessions'),
    about: t('Until then their owners can bring them back.'),
    kept: (of) => t('Kept {days, plural, one {for # day} other {for # days}} after they were deleted.', of),
    bounds: (of) => t('From {least} to {most, number} days after they were deleted.', of),
    ...ofSessions,
  },
  document_bin: {
    name: t('Deleted corpora and documents'),
    about: t('Until then their curators can bring them back.'),
    kept: (of) => t('Kept {days, plural, one {for # day} other {for # days}} after they were deleted.', of),
    bounds: (of) => t('From {least} to {most, number} days after they were deleted.', of),
    many: t('Corpora and documents'),
    wouldGo: (of) => t('{count, plural, one {# corpus or document} other {# corpora and documents}} would go now.', of),
  },
  document_accesses: {
    name: t('Who opened which document'),
    about: t('What curators see on the page of a corpus and of a document.'),
    kept: (of) => t('Kept {days, plural, one {for # day} other {for # days}} after it was opened.', of),
    bounds: (of) => t('From {least} to {most, number} days after it was opened.', of),
    many: t('Openings'),
    wouldGo: (of) => t('{count, plural, one {# opening} other {# openings}} would go now.', of),
  },
  audit_personal: {
    name: t('Names, addresses and reasons in the audit log'),
    about: t(
      'The records themselves, who did what when, always stay: the log shows by its chain that none is missing.',
    ),
    kept: (of) => t('Kept {days, plural, one {for # day} other {for # days}} after it was recorded.', of),
    bounds: (of) => t('From {least} to {most, number} days after it was recorded.', of),
    many: t('Records'),
    wouldGo: (of) => t('{count, plural, one {# record} other {# records}} would go now.', of),
  },
};
