import { createServer, type Server as HttpServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { type Actor, throughOf } from './access/actor.ts';
import { type Action, admits, authorize } from './access/authorize.ts';
import { refuseUnscoped } from './access/key-scopes.ts';
import { adminAgentDefaultsRoutes } from './admin/agent-defaults-routes.ts';
import { adminAgentRoutes } from './admin/agents-routes.ts';
import { adminAccessRoutes } from './admin/access-routes.ts';
import { createAnchors } from './admin/audit/anchors.ts';
import { announcementRoutes } from './admin/announcement/announcement-routes.ts';
import { brandingRoutes } from './admin/branding/branding-routes.ts';
import { dressPage } from './admin/branding/dress-page.ts';
import { createBrandingLook } from './admin/branding/shown-branding.ts';
import { retentionRoutes } from './admin/retention/retention-routes.ts';
import { createRetention } from './access/retention-rules.ts';
import { legalHoldRoutes } from './admin/holds/legal-hold-routes.ts';
import { auditRoutes } from './admin/audit/audit-routes.ts';
import { createAuditSealer } from './admin/audit/seal-audit.ts';
import { backupRoutes } from './admin/backup-routes.ts';
import { backupAgeSeconds } from './admin/backup-state.ts';
import { embedderRoutes } from './admin/models/embedder-routes.ts';
import { createMonthSummer } from './admin/usage/sum-up-months.ts';
import { adminUsageRoutes } from './admin/usage/usage-routes.ts';
import { adminBudgetRoutes } from './admin/budgets-routes.ts';
import { adminGroupRoutes } from './admin/groups-routes.ts';
import { healthRoutes } from './admin/health-routes.ts';
import { sessionContentRoutes } from './admin/session-content-routes.ts';
import { sessionFactsRoutes } from './admin/session-facts-routes.ts';
import { adminSessionRoutes } from './admin/session-routes.ts';
import { statusRoutes } from './admin/status-routes.ts';
import { builtInAgents } from './agents/catalogue.ts';
import { agentRoutes } from './agents/routes.ts';
import { createApp } from './app.ts';
import { type Clock, systemClock } from './clock.ts';
import { composeAdmission } from './compose/compose-admission.ts';
import { composeEmbedder, composeReranker } from './compose/compose-embedder.ts';
import { composeIdentity } from './compose/compose-identity.ts';
import { composeModelRoutes, composeModels } from './compose/compose-model.ts';
import { composeNow } from './compose/compose-now.ts';
import { composeStore } from './compose/compose-store.ts';
import { inOneWord, tellRowSecurity } from './compose/tell-row-security.ts';
import { composeTurns } from './compose/compose-turns.ts';
import type { Config } from './config.ts';
import { AppError } from './errors.ts';
import { createEventFeed } from './events/event-feed.ts';
import { createJournal } from './events/journal.ts';
import { eventRoutes } from './events/routes.ts';
import { createRowFeed } from './events/row-feed.ts';
import { createVisits } from './events/visits.ts';
import { closeServer } from './http/close-server.ts';
import { cookieName } from './http/guard.ts';
import { createListener } from './http/listener.ts';
import { type FetchPorts, internetAnd } from './http/fetch-public.ts';
import { createMetrics } from './http/metrics.ts';
import { authenticateCredential } from './identity/authenticate.ts';
import { ensureFirstAdministrator, type FirstAdministrator } from './identity/first-administrator.ts';
import { resolveCorpora } from './knowledge/corpus-rights.ts';
import { documentTagRoutes } from './knowledge/document-tag-routes.ts';
import { parseDocument } from './knowledge/ingest/parse-document.ts';
import { createKnowledge } from './knowledge/knowledge.ts';
import { evaluationRoutes } from './knowledge/evaluation/routes.ts';
import { corpusAccessRoutes } from './knowledge/corpus-access-routes.ts';
import { recycleBinRoutes } from './knowledge/recycle-bin-routes.ts';
import { knowledgeRoutes } from './knowledge/routes.ts';
import { versionRoutes } from './knowledge/version-routes.ts';
import { describeServer } from './knowledge/describe-server.ts';
import { createLog, type Log } from './log.ts';
import type { Embedder } from './models/embedder.ts';
import type { Model } from './models/model.ts';
import { createEraser } from './personal-data/eraser.ts';
import { forkRoutes } from './personal-data/fork-routes.ts';
import { conversationImportRoutes } from './personal-data/conversation-import-routes.ts';
import type { ImportPorts } from './personal-data/receive-import.ts';
import { personalDataRoutes } from './personal-data/routes.ts';
import { sessionExportRoutes } from './personal-data/session-export-routes.ts';
import { feedbackRoutes } from './sessions/feedback-routes.ts';
import { sessionRoutes } from './sessions/routes.ts';
import { sessionBinRoutes } from './sessions/session-bin-routes.ts';
import { rowsFor, sessionFor } from './sessions/rows-for.ts';
import { createWordReader } from './sessions/word-reader.ts';
import { sharingRoutes } from './sessions/sharing-routes.ts';
import { requireSession } from './sessions/sessions.ts';
import { shareResult } from './share-result.ts';
import type { Store } from './store/store.ts';
import { turnRoutes } from './turns/routes.ts';
import { usageRoutes } from './turns/usage-routes.ts';

export type Server = {
  /** Answers requests once it listens. */
  http: HttpServer;
  log: Log;
  /** Made at this start, while no user existed. */
  firstAdministrator: FirstAdministrator | undefined;
  /** Takes up work that waits in the store: turns, documents, the handbook. */
  startWork(): void;
  /** Not ready at once, while reading and stopping still work; streams are told to reconnect; running turns end in time, or are
   *  handed over at its end or when `hurry` aborts; then nothing listens any more.
   *  @throws AppError when the store cannot be closed; what was committed is in it all the same */
  drain(maxMs: number, hurry?: AbortSignal): Promise<void>;
};

/** Within this a request whose body took too long is answered, before its connection is cut. */
const requestGraceMs = 60_000;

/** How old a number may be that is read from the store when somebody asks for metrics. */
const lookAgainMs = 1_000;

/** How old the number of passages may be that a page shows. */
const passagesCountedAgainMs = 10_000;

/** What requests under way may take once no turn runs any more. */
const lastAnswersMs = 3_000;

/** Replacements for what a test cannot wait for or have. */
export type Replacements = {
  model?: Model;
  clock?: Clock;
  openEmbedder?: () => Promise<Embedder>;
  fetchPorts?: FetchPorts;
  /** Stands between the server and its store: every call and every ring of the bell goes through what it gives back. */
  wrapStore?: (store: Store) => Store;
};

/** The only place that constructs implementations. */
export async function compose(config: Config, version: string, replaced: Replacements = {}): Promise<Server> {
  const { limits } = config;
  const log = createLog(config.logLevel);
  const metrics = createMetrics();
  const { presence, clock, bootId, files, filesReachable, onDisk, rowSecurity, ...opened } = await composeStore(
    config,
    replaced.clock ?? systemClock,
    log,
  );
  tellRowSecurity(log, rowSecurity);
  const store = replaced.wrapStore?.(opened.store) ?? opened.store;
  await store.write.putBuiltins({ agents: builtInAgents, at: clock.now() });
  const cookie = cookieName(config.publicUrl);
  const look = createBrandingLook({ store, log });
  const installationName = async () => (await look.now()).name;
  const people = await composeIdentity(config, { store, clock, log, cookie, installationName });
  const { identity } = people;
  const { username, password } = config.admin;
  const firstAdministrator = await ensureFirstAdministrator(identity, {
    username,
    ...(password !== undefined && { password }),
  });

  const embedder = composeEmbedder(config);
  const reranker = composeReranker(config);
  const retention = createRetention({ store });
  const knowledge = createKnowledge({
    store,
    retention,
    clock,
    log,
    presence,
    bootId,
    files,
    uploadDeadlineMs: limits.uploadDeadlineMs,
    handbookDir: fileURLToPath(new URL('../docs/handbook', import.meta.url)),
    parseFile: parseDocument,
    fetchPorts: replaced.fetchPorts ?? internetAnd(config.fetchAllow),
    fetchMs: limits.fetchMs,
    ...embedder,
    ...(replaced.openEmbedder && { openEmbedder: replaced.openEmbedder }),
    openReranker: reranker?.open,
  });
  const eraser = createEraser({
    store,
    retention,
    clock,
    log,
    documentsSwept() {
      knowledge.sweeper.ring();
      return knowledge.sweeper.idle();
    },
    removeFile: (fileKey) => files.remove(fileKey),
  });
  const readChoices = () => store.read.modelSettings({});
  const models = await composeModels(config, { readChoices, clock, sealing: identity.sealing }, replaced.model, () =>
    knowledge.embedder.current(),
  );
  const modelLabel = async () => (await models.names()).labelOf('');
  const journal = createJournal({ store, clock });
  const feed = createEventFeed({ store, log });
  const rows = createRowFeed({ store, log });
  const visits = createVisits({ store, clock, log, instanceId: presence.instanceId });
  const anchors = createAnchors({ store, clock, log, folder: config.dataDir });
  const sealer = createAuditSealer({ store, log, onSealed: anchors.ring });
  const wordReader = createWordReader({ store, clock, log });
  const monthSummer = createMonthSummer({ store, clock, log });
  let draining = false;
  const ending = new AbortController();

  const turns = composeTurns(config, { store, clock, log, presence, bootId, journal, models, knowledge });
  const names = { embedder: embedder.embedderSource.name, reranker: reranker?.name ?? '' };
  const countPassages = shareResult(passagesCountedAgainMs, async () => {
    const { total } = await store.scan.embeddingProgress({ embedder: '' });
    return total;
  });
  const status = () => describeServer({ ...knowledge, names, modelLabel, store, countPassages });
  const isLive = (actor: Actor) => store.read.mayStillAct({ through: throughOf(actor), now: clock.now() });
  const shared = { store, clock, retention };
  const resolve = { resolveCorpora: (actor: Actor, named: readonly string[]) => resolveCorpora(shared, actor, named) };
  const importing: ImportPorts = {
    ...shared,
    log,
    isLive,
    receiveForNow: (body, options) => files.receiveForNow(body, options),
  };
  const importsUnderWay = new Set<string>();
  const admission = composeAdmission(config, metrics);
  const now = composeNow({
    ...shared,
    log,
    presence,
    onDisk,
    storeKind: config.databaseUrl === undefined ? 'sqlite' : 'postgresql',
    models,
    knowledge,
    embedderName: names.embedder,
    openStreams: () => admission.streams.count,
    isAccepting: () => !draining,
    isLive,
  });
  const routes = [
    ...people.routes,
    ...sessionRoutes({ ...shared, ...resolve }),
    ...feedbackRoutes(shared),
    ...forkRoutes(shared),
    ...sharingRoutes(shared),
    ...sessionBinRoutes({ ...shared, onPurged: () => eraser.ring() }),
    ...turnRoutes({
      ...shared,
      ...resolve,
      refusal: () => (draining ? new AppError('draining', { retryAfterSeconds: 2 }) : undefined),
      maxQueued: {
        inSession: limits.maxQueuedTurnsInSession,
        ofAuthor: limits.maxQueuedTurnsPerUser,
        inAll: limits.maxQueuedTurns,
      },
      chatDeadlineMs: limits.chatDeadlineMs,
      ending: ending.signal,
    }),
    ...usageRoutes(shared),
    ...eventRoutes({
      ...shared,
      feed,
      rows,
      visits,
      sessionFor: (record) => sessionFor(shared, record),
      rowsFor: (userId, records) => rowsFor(shared, userId, records),
      readerOf: (actor) => ({
        userId: actor.userId,
        isLive: () => isLive(actor),
        requireSession: (sessionId) => requireSession(shared, actor, sessionId, 'session.read'),
      }),
    }),
    ...agentRoutes({ store, models }),
    ...knowledgeRoutes(knowledge),
    ...versionRoutes(knowledge),
    ...recycleBinRoutes(knowledge),
    ...corpusAccessRoutes(knowledge),
    ...documentTagRoutes(knowledge),
    ...evaluationRoutes(knowledge),
    ...adminSessionRoutes({
      ...shared,
      rows,
      mayRead: async (actor) => authorize(actor, 'admin.sessions.read') && (await isLive(actor)),
    }),
    ...sessionContentRoutes(shared),
    ...sessionExportRoutes({ ...shared, isLive }),
    ...sessionFactsRoutes(shared),
    ...now.routes,
    ...personalDataRoutes(
      { ...identity, eraser, ...importing, readFile: (fileKey) => files.read(fileKey) },
      importsUnderWay,
    ),
    ...conversationImportRoutes(importing, importsUnderWay),
    ...adminGroupRoutes(shared),
    ...adminBudgetRoutes(shared),
    ...adminUsageRoutes(shared),
    ...composeModelRoutes(config, { ...shared, sealing: identity.sealing, isLive }, replaced.model),
    ...embedderRoutes({ ...shared, set: config.embedder, knowledge, describe: status, isLive }),
    ...announcementRoutes(shared),
    ...brandingRoutes({ ...shared, look }),
    ...legalHoldRoutes({ ...shared, onReleased: () => eraser.ring() }),
    ...retentionRoutes({ ...shared, onChanged: () => eraser.ring() }),
    ...adminAccessRoutes(shared),
    ...adminAgentRoutes({ ...shared, isLive, models }),
    ...adminAgentDefaultsRoutes(shared),
    ...auditRoutes({
      ...shared,
      dataDir: config.dataDir,
      mayRead: async (actor) => authorize(actor, 'admin.audit.read') && (await isLive(actor)),
    }),
    ...backupRoutes(shared),
    ...statusRoutes({ describe: status }),
    ...healthRoutes({
      store,
      metrics,
      onDisk,
      ...(rowSecurity && { rowSecurity: inOneWord(rowSecurity) }),
      ...(filesReachable && { filesReachable }),
      isAccepting: () => !draining,
      models: models.health,
      describe: status,
    }),
  ];

  metrics.gauge('perdure_running_turns', 'Turns this process runs', turns.running);
  const backupAge = shareResult(lookAgainMs, () => backupAgeSeconds(shared));
  metrics.gauge(
    'perdure_verified_backup_age_seconds',
    'Age of the newest verified backup; +Inf without one',
    backupAge,
  );

  const app = createApp({
    version,
    routes,
    dressPage: async (html) => dressPage(html, await look.now()),
    http: {
      isLive,
      authenticate: (credential, request) => authenticateCredential(identity, credential, request),
      admit: (actor: Actor, action: Action) => {
        refuseUnscoped(actor, action);
        const may = admits(actor, action);
        if (!may && actor.limitedTo) throw new AppError('second_factor_missing');
        return may;
      },
      actorId: (actor) => actor.userId,
      observe: metrics.observeRequest,
      admitStream(actor) {
        turns.warmUpSoon();
        return admission.streams.admit(actor);
      },
      gates: admission.gates,
      log,
      publicUrl: config.publicUrl,
      cookie,
      trustedProxies: config.trustedProxies,
      requestDeadlineMs: limits.requestDeadlineMs,
    },
  });
  const http = createServer(createListener(app, log));
  http.maxConnections = limits.maxConnections;
  // Node's own five minutes would cut off what a slow line uploads; behind it every body has its bound.
  http.requestTimeout = limits.uploadDeadlineMs + requestGraceMs;
  // A connection that is kept would bring its next request here, and not to the successor.
  http.prependListener('request', (_request, response) => {
    if (draining) response.setHeader('connection', 'close');
  });

  return {
    http,
    log,
    firstAdministrator,
    startWork() {
      turns.start();
      knowledge.start();
      sealer.start();
      wordReader.start();
      monthSummer.start();
      anchors.ring();
      eraser.start();
      now.start();
    },
    async drain(maxMs, hurry) {
      draining = true;
      log.info('draining', { runningTurns: turns.running() });
      turns.rest();
      admission.streams.endAll();
      await turns.stop(maxMs, hurry);
      await people.close();
      await eraser.close();
      await knowledge.close();
      ending.abort();
      admission.close();
      await closeServer(http, lastAnswersMs);
      feed.close();
      rows.close();
      retention.close();
      look.close();
      visits.close();
      await now.close();
      await sealer.close();
      await wordReader.close();
      await monthSummer.close();
      await anchors.close();
      journal.close();
      await files.close();
      await store.close();
      await presence.close();
    },
  };
}
