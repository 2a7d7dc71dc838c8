import type { SessionPerson, SessionShare, ShareCandidate, ShareLevel, Sharing } from '../../src/contract/sharing.ts';
import { t } from '../i18n/translate.ts';

/** What a level lets somebody do, as one of several to choose. */
export const mayWords: Readonly<Record<ShareLevel, string>> = {
  read: t('can read'),
  write: t('can read and write'),
};

/** What a person or a group may do, as a sentence: "Anna can read and write." Pure. */
export function shareSentence({ kind, name, level }: Pick<SessionShare, 'kind' | 'name' | 'level'>): string {
  if (kind === 'user')
    return level === 'write' ? t('{name} can read and write.', { name }) : t('{name} can read.', { name });
  return level === 'write'
    ? t('Everybody in {name} can read and write.', { name })
    : t('Everybody in {name} can read.', { name });
}

/** What tells people of one name apart, and how large a group is; empty where the name says it all. Pure. */
export function subjectHint({ kind, name, username, member_count: members }: ShareCandidate): string {
  if (kind === 'user') return username === undefined || username === name ? '' : username;
  return members === 1 ? t('group of you alone') : t('group of {count, number}', { count: members ?? 0 });
}

/** What stands over a session that somebody else owns. Pure. */
export function sharedWords({ access, owner_name }: Sharing): string | undefined {
  if (access === 'owner') return undefined;
  return access === 'write'
    ? t('{name} shared this session with you. You can read and write; your messages count against your own budget.', {
        name: owner_name,
      })
    : t('{name} shared this session with you. You can read it.', { name: owner_name });
}

/** Who else has a session open now; undefined while nobody has. Pure. */
export function hereWords(people: readonly SessionPerson[], myId: string): string | undefined {
  const [first, second, ...others] = people.filter(({ is_here, user_id }) => is_here && user_id !== myId);
  if (!first) return undefined;
  const { name } = first;
  if (!second) return t('{name} has this open now', { name });
  if (others.length === 0) return t('{name} and {other} have this open now', { name, other: second.name });
  return t('{name} and {count} others have this open now', { name, count: others.length + 1 });
}

/** The first letters of the first and the last word of a name. Pure. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends
    .map((word = '') => firstLetter(word))
    .join('')
    .toLocaleUpperCase();
}

const letters = new Intl.Segmenter();
const firstLetter = (word: string) => letters.segment(word).containing(0)?.segment ?? '';
