import type { AgentDefinition } from '../../contract/agents.ts';
import { command } from '../command.ts';
import { decodeJson, encodeJson } from '../json.ts';
import type { Db, Script } from '../script.ts';
import { areLive, findAgent, putAgentVersion, versionOf } from './put-agent-version.ts';
import { type Change, recordAudit } from './record-audit.ts';

/** Sets the corpora that sessions with an agent begin with, as a new version of it: all of these must be there. None means all that a
 *  person may read. */
export const setAgentCorpora = command(
  ['access', 'audit'],
  function* (
    db: Db,
    args: Change & { agentId: string; corpora: readonly string[] },
  ): Script<'set' | 'not_found' | 'no_such_corpus'> {
    const agent = yield* findAgent(db, args.agentId);
    const newest = agent && (yield* versionOf(db, args.agentId, agent.version));
    if (!newest) return 'not_found';
    const corpora = [...new Set(args.corpora)];
    if (!(yield* areLive(db, corpora))) return 'no_such_corpus';
    const definition = decodeJson<AgentDefinition>(newest.definition);
    if (encodeJson(definition.corpora) === encodeJson(corpora)) return 'set';
    const version = agent.version + 1;
    yield* putAgentVersion(db, {
      ...args,
      version,
      definition: { ...definition, corpora },
      note: '',
      isDelivered: newest.is_delivered === 1,
      createdBy: args.by.userId,
    });
    yield* recordAudit(db, {
      ...args,
      action: 'agent.corpora_set',
      object: { kind: 'agent', id: args.agentId },
      facts: { version, corpora, was: definition.corpora },
    });
    return 'set';
  },
);
