import type { AccessReason, GrantLevel } from '../contract/access.ts';
import type { AccessFacts } from '../store/queries/access-facts.ts';

/** What a user may do with an object, and every reason that gives at least something. Pure.
 *  The same rule as `corpusAccess` and `agentAccess` of the store, which decide; this one tells why.
 *  @returns undefined where nothing gives anything */
export function explainAccess(facts: AccessFacts): { level: GrantLevel; reasons: AccessReason[] } | undefined {
  const reasons = facts.kind === 'agent' ? reasonsForAgent(facts) : reasonsForCorpus(facts);
  const [best] = reasons.toSorted((a, b) => rank[b.level] - rank[a.level]);
  return best && { level: best.level, reasons };
}

const rank: Readonly<Record<GrantLevel, number>> = { use: 0, read: 1, curate: 2 };

function reasonsForAgent({ through }: AccessFacts): AccessReason[] {
  return through
    .filter((grant) => grant.level === 'use')
    .map(({ group_id, group_name }) => ({ because: 'group', level: 'use', group_id, group_name }));
}

/** Administrators curate everything, curators what they own or are granted at `curate`; members read, whatever the grant says. */
function reasonsForCorpus({ role, is_owner, through }: AccessFacts): AccessReason[] {
  const kept = role === 'member' ? 'read' : 'curate';
  const reasons: AccessReason[] = [];
  if (role === 'administrator') reasons.push({ because: 'administrator', level: 'curate' });
  if (is_owner) reasons.push({ because: 'owner', level: kept });
  for (const { group_id, group_name, level } of through) {
    if (level === 'use') continue;
    reasons.push({ because: 'group', level: level === 'curate' ? kept : 'read', group_id, group_name });
  }
  return reasons;
}
