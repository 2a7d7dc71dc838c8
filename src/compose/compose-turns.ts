import type { Actor } from '../access/actor.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Journal } from '../events/journal.ts';
import { newId } from '../ids.ts';
import { listSearchableCorpora } from '../knowledge/corpora.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import { tagsByCorpus } from '../knowledge/document-tags.ts';
import { openPassage, searchKnowledge } from '../knowledge/search.ts';
import type { Log } from '../log.ts';
import type { ServingModels } from '../models/endpoints.ts';
import type { Presence } from '../store/presence.ts';
import type { Store } from '../store/store.ts';
import { runTurn } from '../turns/run-turn.ts';
import { agentStarter, failureCode, warmUpAgents } from '../turns/start-agent.ts';
import { createTurnRunner } from '../turns/turn-runner.ts';

/** The agent runtime takes 50 MB, and the event loop for most of a second while it loads: it is loaded once somebody looks, after
 *  their page has what it asked for, and before they have typed a question; and once another process runs turns that may have to be
 *  taken over. */
const warmUpAfterMs = 1_000;

/** Streamed text that became an event is removed from the journal in the background: more than the fastest server writes. */
const pruneEveryMs = 5_000;
const prunedAtOnce = 10_000;

type Ports = {
  store: Store;
  clock: Clock;
  log: Log;
  presence: Presence;
  bootId: string;
  journal: Journal;
  models: ServingModels;
  knowledge: Knowledge;
};

/** What runs turns: claims them, starts their agents, and clears what it journaled. */
export function composeTurns({ limits }: Pick<Config, 'limits'>, ports: Ports) {
  const { store, clock, log, models, knowledge } = ports;
  let prune: NodeJS.Timeout | undefined;
  let warmUp: NodeJS.Timeout | undefined;

  const turnPorts = {
    store,
    clock,
    log,
    journal: ports.journal,
    modelLabel: () => models.latest().label,
    failureCode,
    authorOf,
    startAgent: agentStarter({
      store,
      models,
      agent: {
        clock,
        newId,
        log,
        knowledge: {
          search: (actor, query, signal) => searchKnowledge(knowledge, actor, query, signal),
          listCorpora: (actor) => listSearchableCorpora(knowledge, actor),
          tagsByCorpus: (actor, corpusIds) => tagsByCorpus(knowledge, actor, corpusIds),
          openPassage: (actor, passageId) => openPassage(knowledge, actor, passageId),
        },
      },
    }),
  };
  const runner = createTurnRunner({
    store,
    clock,
    log,
    presence: ports.presence,
    bootId: ports.bootId,
    windowTokens: () => models.latest().contextTokens,
    maxRunning: limits.maxRunningTurns,
    maxRunningOfAuthor: limits.maxRunningTurnsPerUser,
    onTurnsElsewhere: warmUpSoon,
    runTurn: (turn, signal) => runTurn(turnPorts, turn, signal),
  });

  function warmUpSoon(): void {
    warmUp ??= setTimeout(() => void warmUpAgents(), warmUpAfterMs);
  }

  async function pruneJournal(): Promise<void> {
    await store.write
      .pruneJournal({ maxRows: prunedAtOnce })
      .catch((error: unknown) => log.warn('prune_failed', { reason: String(error) }));
  }

  async function authorOf(userId: string): Promise<Actor | undefined> {
    const user = await store.read.userById({ userId });
    if (!user || user.is_active !== 1) return undefined;
    return { userId, username: user.username, displayName: user.display_name, role: user.role, tokenId: '' };
  }

  return {
    running: () => runner.running,
    warmUpSoon,
    start() {
      runner.start();
      prune = setInterval(() => void pruneJournal(), pruneEveryMs);
    },
    /** Nothing more is begun in the background; running turns may go on. */
    rest() {
      clearTimeout(warmUp);
      clearInterval(prune);
    },
    stop: (maxMs: number, hurry?: AbortSignal) => runner.stop(maxMs, hurry),
  };
}
