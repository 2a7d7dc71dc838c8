import { command } from '../command.ts';
import { decodeJson, encodeJson } from '../json.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { type Change, recordAudit } from './record-audit.ts';

/** Sets the corpora that sessions with an agent begin with: all of these must be there. None means all that a person may read. */
export const setAgentCorpora = command(
  ['access', 'audit'],
  function* (
    db: Db,
    args: Change & { agentId: string; corpora: readonly string[] },
  ): Script<'set' | 'not_found' | 'no_such_corpus'> {
    const agent = yield* first(db.selectFrom('agents').select('default_corpora').where('id', '=', args.agentId));
    if (!agent) return 'not_found';
    const corpora = [...new Set(args.corpora)];
    if ((yield* liveAmong(db, corpora)).length < corpora.length) return 'no_such_corpus';
    const next = encodeJson(corpora);
    if (agent.default_corpora === next) return 'set';
    yield* run(
      db.updateTable('agents').set({ default_corpora: next, updated_at: args.at }).where('id', '=', args.agentId),
    );
    yield* recordAudit(db, {
      ...args,
      action: 'agent.corpora_set',
      object: { kind: 'agent', id: args.agentId },
      facts: { corpora, was: decodeJson<string[]>(agent.default_corpora) },
    });
    return 'set';
  },
);

function* liveAmong(db: Db, ids: readonly string[]): Script<{ id: string }[]> {
  if (ids.length === 0) return [];
  return yield* all(db.selectFrom('corpora').select('id').where('id', 'in', ids).where('deleted_at', 'is', null));
}
