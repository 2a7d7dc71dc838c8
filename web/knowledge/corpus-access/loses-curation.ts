import type { Me } from '../../../src/contract/auth.ts';
import type { CorpusAccess, CorpusLevel } from '../../../src/contract/corpus-access.ts';

/** Whether somebody who curates a corpus would not any more once a group has this level, or none. Pure. */
export function losesCuration(
  { owner_username, groups }: CorpusAccess,
  me: Pick<Me, 'username' | 'role'>,
  groupId: string,
  level: CorpusLevel | undefined,
): boolean {
  if (level === 'curate' || me.role === 'administrator' || owner_username === me.username) return false;
  const through = groups.filter((group) => group.is_mine && group.level === 'curate');
  return through.length === 1 && through[0]?.group_id === groupId;
}
