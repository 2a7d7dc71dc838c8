import { type AgentDefinition, benchAgentId } from '../../contract/agents.ts';
import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { insertSession } from './insert-session.ts';
import { agentColumns } from './put-agent-version.ts';
import { type Change, recordAudit } from './record-audit.ts';

/** What stands in lists where an agent's name does. */
const benchName = 'Test bench';

/** Opens a temporary session of its own in which an administrator tries out what an agent would be. */
export const beginAgentTest = command(
  ['sessions', 'audit'],
  function* (
    db: Db,
    args: Change & {
      sessionId: string;
      userId: string;
      title: string;
      definition: AgentDefinition;
      corpora: readonly string[];
      temporaryUntil: string;
    },
  ): Script<void> {
    const { sessionId, userId, definition, at } = args;
    yield* putBenchAgent(db, at);
    yield* insertSession(db, { ...args, agentId: benchAgentId, titleIsSet: true, origin: 'web' });
    yield* run(
      db.insertInto('session_members').values({ session_id: sessionId, user_id: userId, level: 'owner', added_at: at }),
    );
    yield* putDraft(db, { sessionId, version: 1, definition, at });
    yield* recordAudit(db, {
      ...args,
      action: 'agent.tested',
      object: { kind: 'session', id: sessionId },
      personal: { name: definition.name },
    });
  },
);

/** What the session's next turn runs with, unless it is what the turn before ran with. Its corpora are the session's from then on. */
export const putAgentDraft = command(
  ['sessions'],
  function* (
    db: Db,
    args: Change & { sessionId: string; userId: string; definition: AgentDefinition; corpora: readonly string[] },
  ): Script<'put' | 'not_found' | 'inactive'> {
    const { sessionId, definition, at } = args;
    const session = yield* first(
      db
        .selectFrom('user_sessions')
        .select('is_active')
        .where('session_id', '=', sessionId)
        .where('user_id', '=', args.userId)
        .where('active_agent_id', '=', benchAgentId)
        .where('deleted_at', 'is', null),
    );
    if (!session) return 'not_found';
    if (session.is_active === 0) return 'inactive';
    const newest = yield* first(
      db
        .selectFrom('agent_drafts')
        .select(['version', 'definition'])
        .where('session_id', '=', sessionId)
        .orderBy('version', 'desc')
        .limit(1),
    );
    if (newest?.definition !== encodeJson(definition)) {
      yield* putDraft(db, { sessionId, version: (newest?.version ?? 0) + 1, definition, at });
    }
    yield* run(
      db
        .updateTable('user_sessions')
        .set({ corpora: encodeJson(args.corpora) })
        .where('session_id', '=', sessionId),
    );
    return 'put';
  },
);

function* putDraft(
  db: Db,
  {
    sessionId,
    version,
    definition,
    at,
  }: { sessionId: string; version: number; definition: AgentDefinition; at: string },
): Script<void> {
  yield* run(
    db
      .insertInto('agent_drafts')
      .values({ session_id: sessionId, version, definition: encodeJson(definition), created_at: at }),
  );
}

function* putBenchAgent(db: Db, at: string): Script<void> {
  const nothing = { description: '', instructions: '', tools: [], corpora: [], max_steps: 1, max_answer_chars: 1 };
  yield* run(
    db
      .insertInto('agents')
      .values({
        id: benchAgentId,
        ...agentColumns({ name: benchName, ...nothing, model: '' }),
        is_active: 0,
        is_builtin: 0,
        created_at: at,
        updated_at: at,
        deleted_at: at,
      })
      .onConflict((conflict) => conflict.column('id').doNothing()),
  );
}
