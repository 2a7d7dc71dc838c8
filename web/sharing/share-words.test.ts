import { expect, test } from 'vitest';
import type { SessionPerson } from '../../src/contract/sharing.ts';
import { hereWords, initialsOf, sharedWords, shareSentence } from './share-words.ts';

const person = (name: string, is_here = true): SessionPerson => ({
  user_id: name,
  name,
  username: name,
  access: 'read',
  is_here,
});

test('what somebody may do is a sentence', () => {
  expect(shareSentence({ kind: 'user', name: 'Anna', level: 'write' })).toBe('Anna can read and write.');
  expect(shareSentence({ kind: 'user', name: 'Anna', level: 'read' })).toBe('Anna can read.');
  expect(shareSentence({ kind: 'group', name: 'Sales', level: 'read' })).toBe('Everybody in Sales can read.');
});

test('whoever does not own a session is told whose it is and what they may do', () => {
  expect(sharedWords({ access: 'read', owner_name: 'Anna' })).toBe(
    'Anna shared this session with you. You can read it.',
  );
  expect(sharedWords({ access: 'write', owner_name: 'Anna' })).toContain('You can read and write');
  expect(sharedWords({ access: 'owner', owner_name: 'Anna' })).toBeUndefined();
});

test('others who have it open are named, oneself and those who left are not', () => {
  const gone = person('Zoe', false);
  expect(hereWords([person('me'), gone], 'me')).toBeUndefined();
  expect(hereWords([person('me'), person('Anna'), gone], 'me')).toBe('Anna has this open now');
  expect(hereWords([person('Anna'), person('Bert')], 'me')).toBe('Anna and Bert have this open now');
  const many = ['Anna', 'Bert', 'Cleo'].map((name) => person(name));
  expect(hereWords(many, 'me')).toBe('Anna and 2 others have this open now');
});

test('initials are whole letters of the first and the last word', () => {
  expect(['Anna', 'Anna Maria Berg', ' 李 雷 ', '𝒜da'].map(initialsOf)).toEqual(['A', 'AB', '李雷', '𝒜']);
});
