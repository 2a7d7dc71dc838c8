import { expect, test } from 'vitest';
import type { CorpusAccess, CorpusGroup } from '../../../src/contract/corpus-access.ts';
import { losesCuration } from './loses-curation.ts';

const group = (id: string, level: 'read' | 'curate', isMine: boolean): CorpusGroup => ({
  group_id: id,
  name: id,
  is_builtin: false,
  level,
  member_count: 1,
  is_mine: isMine,
});
const access = (...groups: CorpusGroup[]): CorpusAccess => ({
  corpus_id: 'corpus',
  owner_username: 'ann',
  groups,
  others: [],
  has_more_others: false,
});
const bob = { username: 'bob', role: 'curator' } as const;
const [crew, desk, theirs] = [
  group('crew', 'curate', true),
  group('desk', 'curate', true),
  group('t', 'curate', false),
];

test('the only group through which one curates is given up by a lower level, and by none', () => {
  for (const level of ['read', undefined] as const) {
    expect(losesCuration(access(crew, theirs, group('readers', 'read', true)), bob, 'crew', level)).toBe(true);
  }
  expect(losesCuration(access(crew), bob, 'crew', 'curate')).toBe(false);
});

test('nothing is given up with another group, nor by its owner or an administrator', () => {
  expect(losesCuration(access(crew, desk), bob, 'crew', undefined)).toBe(false);
  expect(losesCuration(access(crew, theirs), bob, 't', undefined)).toBe(false);
  expect(losesCuration(access(crew, group('readers', 'read', true)), bob, 'readers', undefined)).toBe(false);
  expect(losesCuration(access(crew), { ...bob, username: 'ann' }, 'crew', undefined)).toBe(false);
  expect(losesCuration(access(crew), { ...bob, role: 'administrator' }, 'crew', 'read')).toBe(false);
});
