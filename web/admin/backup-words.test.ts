import { expect, test } from 'vitest';
import type { BackupState } from '../../src/contract/backups.ts';
import { backupVerdict } from './backup-words.ts';

const nowMs = Date.parse('2026-03-10T12:00:00.000Z');
const made = (at: string) => ({ made_at: at, checked_at: at, originals: 3, bytes: 1_000 });
const failed = { checked_at: '2026-03-10T11:00:00.000Z', was_verified: false };

test.each<[string, BackupState, RegExp, boolean]>([
  ['never', { verified: null, failed: null }, /^Never/, false],
  ['whole', { verified: made('2026-03-10T01:00:00.000Z'), failed: null }, /is whole/, true],
  ['old', { verified: made('2026-03-08T11:59:59.000Z'), failed: null }, /two days old/, false],
  ['a failure after it', { verified: made('2026-03-10T01:00:00.000Z'), failed }, /later check failed/, false],
  ['only a failure', { verified: null, failed }, /last try to make one failed/, false],
  ['damaged since', { verified: null, failed: { ...failed, was_verified: true } }, /found damaged/, false],
])('a backup is never called whole when it is not: %s', (_name, state, words, isFine) => {
  const verdict = backupVerdict(state, nowMs);
  expect(verdict.words).toMatch(words);
  expect(verdict.isFine).toBe(isFine);
});
