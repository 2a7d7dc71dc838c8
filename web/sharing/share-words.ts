import type { SessionPerson, SessionShare, ShareCandidate, ShareLevel, Sharing } from '../../src/contract/sharing.ts';

/** What a level lets somebody do, as it stands after their name. */
export const mayWords: Readonly<Record<ShareLevel, string>> = { read: 'can read', write: 'can read and write' };

/** What a person or a group may do, as a sentence: "Anna can read and write." Pure. */
export function shareSentence({ kind, name, level }: Pick<SessionShare, 'kind' | 'name' | 'level'>): string {
  return kind === 'user' ? `${name} ${mayWords[level]}.` : `Everybody in ${name} ${mayWords[level]}.`;
}

/** What tells people of one name apart, and how large a group is; empty where the name says it all. Pure. */
export function subjectHint({ kind, name, username, member_count: members }: ShareCandidate): string {
  if (kind === 'user') return username === undefined || username === name ? '' : username;
  return members === 1 ? 'group of you alone' : `group of ${(members ?? 0).toLocaleString()}`;
}

/** What stands over a session that somebody else owns. Pure. */
export function sharedWords({ access, owner_name }: Sharing): string | undefined {
  if (access === 'owner') return undefined;
  return access === 'write'
    ? `${owner_name} shared this session with you. You can read and write; your messages count against your own budget.`
    : `${owner_name} shared this session with you. You can read it.`;
}

/** Who else has a session open now; undefined while nobody has. Pure. */
export function hereWords(people: readonly SessionPerson[], myId: string): string | undefined {
  const [first, second, ...others] = people.filter(({ is_here, user_id }) => is_here && user_id !== myId);
  if (!first) return undefined;
  if (!second) return `${first.name} has this open now`;
  if (others.length === 0) return `${first.name} and ${second.name} have this open now`;
  return `${first.name} and ${others.length + 1} others have this open now`;
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
