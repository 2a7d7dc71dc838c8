import type { ReactNode } from 'react';
import type { AuditAction, AuditRecord } from '../../../src/contract/audit.ts';
import { roleWords } from '../../account/role-words.ts';
import { t } from '../../i18n/translate.ts';

/** What a sentence tells of: a record, and the things in it that can be followed. */
export type Told = {
  record: AuditRecord;
  facts: AuditRecord['facts'];
  /** Empty once it is erased. */
  personal: AuditRecord['facts'];
  links: Readonly<Record<'it' | 'other', ReactNode>>;
};
/** What was done, in words that follow who did it. */
export type Sentence = (told: Told) => ReactNode;
export type SentencesOf<Subject extends string> = Readonly<
  Record<Extract<AuditAction, `${Subject}.${string}`>, Sentence>
>;

export const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '?';

/** For a place that chooses by `none` whether it says anything. */
export const textOrNone = (value: unknown): string => (value === undefined || value === '' ? 'none' : text(value));

export const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);
export const countOf = (value: unknown): number => numberOrNull(value) ?? 0;
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const quoted = (value: unknown): string =>
  typeof value === 'string' ? t('“{text}”', { text: value }) : t('(erased)');

const roles = new Map<string, string>(Object.entries(roleWords));

export const roleOf = (role: unknown): string => roles.get(text(role)) ?? text(role);
