import type { RunningTurn } from '../../../src/contract/now.ts';
import { textOf } from '../../address.ts';
import { t } from '../../i18n/translate.ts';

/** Which running turns are shown, as the address has it: by agent and instance ids and by username. */
export type NowSearch = { agent?: string; user?: string; server?: string };

/** Leaves out what no page of ours wrote. Pure. */
export function readNowSearch(search: Record<string, unknown>): NowSearch {
  const names = ['agent', 'user', 'server'] as const;
  const given = names.flatMap((name) => {
    const value = textOf(search[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}

export type Choice = { value: string; name: string; count: number };

/** What the turns can be narrowed to, the most frequent first; what is chosen stays among it when none of it runs any more. Pure. */
export function choicesOf(
  turns: readonly RunningTurn[],
  of: (turn: RunningTurn) => { value: string; name: string },
  chosen: string | undefined,
): Choice[] {
  const found = new Map<string, Choice>();
  for (const { value, name } of turns.map(of)) {
    found.set(value, { value, name, count: (found.get(value)?.count ?? 0) + 1 });
  }
  if (chosen !== undefined && !found.has(chosen)) found.set(chosen, { value: chosen, name: chosen, count: 0 });
  return [...found.values()].toSorted((a, b) => b.count - a.count || a.name.localeCompare(b.name));
}

export const shortId = (id: string): string => id.slice(0, 8);
export const byAgent = (turn: RunningTurn) => ({ value: turn.agent_id, name: turn.agent_name });
export const byUser = (turn: RunningTurn) => ({ value: turn.username, name: turn.username || t('(program)') });
export const byServer = (turn: RunningTurn) => ({
  value: turn.instance_id ?? 'none',
  name: turn.instance_id ? shortId(turn.instance_id) : t('none', {}, 'server'),
});

/** Pure. */
export function isShown(turn: RunningTurn, { agent, user, server }: NowSearch): boolean {
  return (
    (agent === undefined || byAgent(turn).value === agent) &&
    (user === undefined || byUser(turn).value === user) &&
    (server === undefined || byServer(turn).value === server)
  );
}
