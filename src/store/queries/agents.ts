import { query } from '../command.ts';
import { decodeJson } from '../json.ts';
import { all, type Db, type Script } from '../script.ts';

type DefaultCorpus = { id: string; name: string; archived_at: string | null };

export type AgentRecord = {
  id: string;
  name: string;
  description: string;
  is_active: number;
  is_builtin: number;
  version: number;
  updated_at: string;
  /** Of its newest version; empty for the default. */
  model: string;
  /** By name: those of its default corpora that are not deleted. */
  corpora: DefaultCorpus[];
  /** How many of them are deleted. */
  deleted_corpora: number;
};

/** Every agent, built-in ones first, then by name, with the corpora that its sessions begin with. */
export const agentsWithCorpora = query(function* (db: Db, _args: Record<string, never>): Script<AgentRecord[]> {
  const agents = yield* all(
    db
      .selectFrom('agents')
      .select(['id', 'name', 'description', 'is_active', 'is_builtin', 'version', 'updated_at', 'model'])
      .select('default_corpora')
      .where('deleted_at', 'is', null)
      .orderBy('is_builtin', 'desc')
      .orderBy('name')
      .orderBy('id'),
  );
  const idsOf = agents.map((agent) => decodeJson<string[]>(agent.default_corpora));
  const live = yield* liveAmong(db, [...new Set(idsOf.flat())]);
  return agents.map(({ default_corpora: _, ...agent }, index) => {
    const ids = idsOf[index] ?? [];
    const corpora = live.filter(({ id }) => ids.includes(id));
    return { ...agent, corpora, deleted_corpora: ids.length - corpora.length };
  });
});

/** By name. */
function* liveAmong(db: Db, ids: readonly string[]): Script<DefaultCorpus[]> {
  if (ids.length === 0) return [];
  return yield* all(
    db
      .selectFrom('corpora')
      .select(['id', 'name', 'archived_at'])
      .where('id', 'in', ids)
      .where('deleted_at', 'is', null)
      .orderBy('name_key')
      .orderBy('id'),
  );
}
