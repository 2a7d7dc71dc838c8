import { createServer, type Server as HttpServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Actor, throughOf } from './access/actor.ts';
import { type Action, admits, authorize } from './access/authorize.ts';
import { refuseUnscoped } from './access/key-scopes.ts';
import { adminAccessRoutes } from './admin/access-routes.ts';
import { createAnchors } from './admin/audit/anchors.ts';
import { auditRoutes } from './admin/audit/audit-routes.ts';
import { createAuditSealer } from './admin/audit/seal-audit.ts';
import { adminBudgetRoutes } from './admin/budgets-routes.ts';
import { adminGroupRoutes } from './admin/groups-routes.ts';
import { healthRoutes } from './admin/health-routes.ts';
import { adminInvitationRoutes } from './admin/invitation-routes.ts';
import { adminSecondFactorRoutes } from './admin/second-factor-routes.ts';
import { sessionContentRoutes } from './admin/session-content-routes.ts';
import { adminSessionRoutes } from './admin/session-routes.ts';
import { statusRoutes } from './admin/status-routes.ts';
import { adminUserKeyRoutes } from './admin/user-keys-routes.ts';
import { adminUserLoginRoutes } from './admin/user-logins-routes.ts';
import { adminUserRoutes } from './admin/users-routes.ts';
import { builtInAgents } from './agents/catalogue.ts';
import { agentRoutes } from './agents/routes.ts';
import { createApp } from './app.ts';
import { readBootId } from './boot-id.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config, MailSettings, OidcSettings } from './config.ts';
import { AppError } from './errors.ts';
import { createEventFeed } from './events/event-feed.ts';
import { createJournal } from './events/journal.ts';
import { eventRoutes } from './events/routes.ts';
import { createRowFeed } from './events/row-feed.ts';
import { closeServer } from './http/close-server.ts';
import { createGate } from './http/gate.ts';
import { cookieName } from './http/guard.ts';
import { createListener } from './http/listener.ts';
import { watchLoop } from './http/loop-watch.ts';
import { createMetrics } from './http/metrics.ts';
import { createStreams } from './http/streams.ts';
import { accountRoutes } from './identity/account-routes.ts';
import { authenticateCredential } from './identity/authenticate.ts';
import { ensureFirstAdministrator, type FirstAdministrator } from './identity/first-administrator.ts';
import { createForgottenPasswords } from './identity/forgotten-passwords.ts';
import type { Identity } from './identity/identity.ts';
import { keyRoutes } from './identity/key-routes.ts';
import { linkRoutes } from './identity/link-routes.ts';
import { createCodeThrottle, createLoginThrottle } from './identity/login-throttle.ts';
import type { Oidc } from './identity/oidc/oidc.ts';
import { oidcRoutes } from './identity/oidc/oidc-routes.ts';
import { createPasswords } from './identity/passwords.ts';
import { authRoutes } from './identity/routes.ts';
import { secondFactorRoutes } from './identity/second-factor-routes.ts';
import { createSlots } from './identity/slots.ts';
import { type InstanceId, newId } from './ids.ts';
import { listCorpora } from './knowledge/corpora.ts';
import { resolveCorpora } from './knowledge/corpus-rights.ts';
import { parseDocument } from './knowledge/ingest/parse-document.ts';
import { createKnowledge } from './knowledge/knowledge.ts';
import { knowledgeRoutes } from './knowledge/routes.ts';
import { openPassage, searchKnowledge } from './knowledge/search.ts';
import { createLog, type Log } from './log.ts';
import type { Mailer } from './mail/mailer.ts';
import type { Embedder } from './models/embedder.ts';
import { extractiveModel } from './models/extractive.ts';
import { openMiniLmEmbedder } from './models/minilm/open-minilm-embedder.ts';
import type { Model } from './models/model.ts';
import { createEraser } from './personal-data/eraser.ts';
import { personalDataRoutes } from './personal-data/routes.ts';
import { openSealing } from './secret-key.ts';
import { sessionRoutes } from './sessions/routes.ts';
import { toSession, toSessionRow } from './sessions/session-view.ts';
import { requireSession } from './sessions/sessions.ts';
import { openSqlitePresence } from './store/sqlite/presence.ts';
import { openSqliteStore } from './store/sqlite/sqlite-store.ts';
import type { Store } from './store/store.ts';
import { turnRoutes } from './turns/routes.ts';
import { runTurn } from './turns/run-turn.ts';
import { agentStarter, failureCode, warmUpAgents } from './turns/start-agent.ts';
import { createTurnRunner } from './turns/turn-runner.ts';
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

/** The agent runtime takes 50 MB, and the event loop for most of a second while it loads: it is loaded once somebody looks, after
 *  their page has what it asked for, and before they have typed a question; and once another process runs turns that may have to be
 *  taken over. */
const warmUpAfterMs = 1_000;

/** Streamed text that became an event is removed from the journal in the background: more than the fastest server writes. */
const pruneEveryMs = 5_000;
const prunedAtOnce = 10_000;

/** Within this a request whose body took too long is answered, before its connection is cut. */
const requestGraceMs = 60_000;

/** What requests under way may take once no turn runs any more. */
const lastAnswersMs = 3_000;

/** Mails at once, and those that may wait: an administrator who waits behind all of them is answered within a request’s deadline. */
const mailSlots = { atOnce: 8, waiting: 8 };

const databaseName = 'perdure.db';

/** Replacements for what a test cannot wait for or have. */
export type Replacements = {
  model?: Model;
  clock?: Clock;
  openEmbedder?: () => Promise<Embedder>;
  /** Stands between the server and its store: every call and every ring of the bell goes through what it gives back. */
  wrapStore?: (store: Store) => Store;
};

/** The only place that constructs implementations. */
export async function compose(config: Config, version: string, replaced: Replacements = {}): Promise<Server> {
  const clock = replaced.clock ?? systemClock;
  const { limits } = config;
  const log = createLog(config.logLevel);
  const metrics = createMetrics();
  const bootId = readBootId(clock.nowMs());
  const instance = { folder: join(config.dataDir, 'instances'), instanceId: newId<InstanceId>() };
  const opened = await openSqliteStore({
    path: join(config.dataDir, databaseName),
    clock,
    instance,
    silentBell: config.test.silentBell,
    ...(config.test.killAt !== undefined && { killAt: config.test.killAt }),
  });
  const store = replaced.wrapStore?.(opened) ?? opened;
  const presence = openSqlitePresence(instance);
  await store.write.putBuiltins({ agents: [...builtInAgents.values()], at: clock.now() });
  const sealing = await openSealing({ store, clock }, { dataDir: config.dataDir, secret: config.secret });
  const passwords = createPasswords();
  const identity = {
    store,
    clock,
    log,
    passwords,
    throttle: createLoginThrottle(clock),
    sealing,
    codeThrottle: createCodeThrottle(clock),
  };
  const { publicUrl } = config;
  const post = {
    mailer: config.mail && (await openMailer(config.mail, limits.mailMs)),
    slots: createSlots(mailSlots),
    log,
  };
  const links = { store, clock, passwords, throttle: createLoginThrottle(clock), publicUrl, post };
  const forgotten =
    config.mail &&
    createForgottenPasswords({ store, clock, log, publicUrl, post, throttle: createLoginThrottle(clock) });
  const oidc = config.oidc && (await openOidc(config.oidc, identity, config.publicUrl));
  const { username, password } = config.admin;
  const firstAdministrator = await ensureFirstAdministrator(identity, {
    username,
    ...(password !== undefined && { password }),
  });

  const filesDir = join(config.dataDir, 'files');
  const knowledge = createKnowledge({
    store,
    clock,
    log,
    presence,
    bootId,
    filesDir,
    uploadDeadlineMs: limits.uploadDeadlineMs,
    handbookDir: fileURLToPath(new URL('../docs/handbook', import.meta.url)),
    parseFile: parseDocument,
    openEmbedder: replaced.openEmbedder ?? (() => openMiniLmEmbedder({ modelsDir: join(config.dataDir, 'models') })),
  });
  const eraser = createEraser({
    store,
    clock,
    log,
    documentsSwept() {
      knowledge.sweeper.ring();
      return knowledge.sweeper.idle();
    },
    removeFile: (fileKey) => knowledge.files.remove(fileKey),
  });
  const model = replaced.model ?? (await chooseModel(config, () => knowledge.embedder.current()));
  const journal = createJournal({ store, clock });
  const feed = createEventFeed({ store, log });
  const rows = createRowFeed({ store, log });
  const anchors = createAnchors({ store, clock, log, folder: config.dataDir });
  const sealer = createAuditSealer({ store, log, onSealed: anchors.ring });
  let draining = false;
  const ending = new AbortController();
  let prune: NodeJS.Timeout | undefined;
  let warmUp: NodeJS.Timeout | undefined;

  const runner = createTurnRunner({
    store,
    presence,
    clock,
    log,
    bootId,
    modelLabel: model.label,
    contextTokens: model.contextTokens,
    maxRunning: limits.maxRunningTurns,
    maxRunningOfAuthor: limits.maxRunningTurnsPerUser,
    onTurnsElsewhere: warmUpSoon,
    runTurn: (turn, signal) => runTurn(turnPorts, turn, signal),
  });
  const turnPorts = {
    store,
    journal,
    clock,
    log,
    failureCode,
    authorOf: (userId: string) => authorOf(userId),
    startAgent: agentStarter({
      store,
      agent: {
        model,
        clock,
        newId,
        log,
        knowledge: {
          search: (actor, query, signal) => searchKnowledge(knowledge, actor, query, signal),
          listCorpora: (actor) => listCorpora(knowledge, actor),
          openPassage: (actor, passageId) => openPassage(knowledge, actor, passageId),
        },
      },
    }),
  };

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

  const isLive = (actor: Actor) => store.read.mayStillAct({ through: throughOf(actor), now: clock.now() });
  const shared = { store, clock };
  const resolve = { resolveCorpora: (actor: Actor, named: readonly string[]) => resolveCorpora(shared, actor, named) };
  const cookie = cookieName(config.publicUrl);
  const routes = [
    ...authRoutes(identity, { cookie }),
    ...accountRoutes(identity, { cookie }),
    ...keyRoutes(identity),
    ...secondFactorRoutes(identity, { cookie }),
    ...oidcRoutes(identity, oidc, { cookie, mailsNewPassword: forgotten !== undefined }),
    ...linkRoutes(links, forgotten),
    ...sessionRoutes({ ...shared, ...resolve }),
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
      toSession,
      toSessionRow,
      readerOf: (actor) => ({
        userId: actor.userId,
        isLive: () => isLive(actor),
        requireSession: (sessionId) => requireSession(shared, actor, sessionId, 'session.read'),
      }),
    }),
    ...agentRoutes({ store, modelLabel: model.label }),
    ...knowledgeRoutes(knowledge),
    ...adminSessionRoutes({
      ...shared,
      rows,
      mayRead: async (actor) => authorize(actor, 'admin.sessions.read') && (await isLive(actor)),
    }),
    ...sessionContentRoutes(shared),
    ...adminUserRoutes(identity),
    ...adminUserLoginRoutes(identity),
    ...adminUserKeyRoutes(identity),
    ...adminInvitationRoutes(links),
    ...adminSecondFactorRoutes(identity),
    ...personalDataRoutes({
      ...identity,
      eraser,
      isLive,
      readFile: (fileKey) => knowledge.files.read(fileKey),
      receiveFile: (body, options) => knowledge.files.receive(body, options),
      removeFile: (fileKey) => knowledge.files.remove(fileKey),
    }),
    ...adminGroupRoutes(shared),
    ...adminBudgetRoutes(shared),
    ...adminAccessRoutes(shared),
    ...auditRoutes({ ...shared, dataDir: config.dataDir }),
    ...statusRoutes({ embedder: knowledge.embedder, modelLabel: model.label }),
    ...healthRoutes({
      store,
      metrics,
      dataDir: config.dataDir,
      databaseName,
      filesDir,
      isAccepting: () => !draining,
      describe: () => ({ embedder: knowledge.embedder.state().state, model: model.label }),
    }),
  ];

  const streams = createStreams<Actor>({
    max: limits.maxStreams,
    maxPerActor: limits.maxStreamsPerUser,
    actorId: (actor) => actor.userId,
  });
  const loop = watchLoop();
  const gates = {
    ordinary: createGate({
      inAll: limits.maxRequests,
      perCaller: limits.maxRequestsPerUser,
      perCallerWhenLate: limits.maxRequestsPerUserWhenLate,
      isLate: loop.isLate,
    }),
    long: createGate({
      inAll: limits.maxLongRequests,
      perCaller: limits.maxLongRequestsPerUser,
      perCallerWhenLate: limits.maxLongRequestsPerUserWhenLate,
      isLate: loop.isLate,
    }),
  };
  metrics.gauge('perdure_requests_under_way', 'Requests under way', () => gates.ordinary.count + gates.long.count);
  metrics.gauge('perdure_running_turns', 'Turns this process runs', () => runner.running);
  metrics.gauge('perdure_open_streams', 'Streams open on this process', () => streams.count);

  const app = createApp({
    version,
    routes,
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
        warmUpSoon();
        return streams.admit(actor);
      },
      gates,
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
      runner.start();
      prune = setInterval(() => void pruneJournal(), pruneEveryMs);
      knowledge.start();
      sealer.start();
      anchors.ring();
      eraser.start();
    },
    async drain(maxMs, hurry) {
      draining = true;
      log.info('draining', { runningTurns: runner.running });
      clearTimeout(warmUp);
      clearInterval(prune);
      streams.endAll();
      await runner.stop(maxMs, hurry);
      await forgotten?.close();
      await eraser.close();
      await knowledge.close();
      ending.abort();
      loop.close();
      await closeServer(http, lastAnswersMs);
      feed.close();
      rows.close();
      await sealer.close();
      await anchors.close();
      journal.close();
      await store.close();
      await presence.close();
    },
  };
}

/** The library is loaded only where a mail server is set; nothing is asked of it before a mail is sent. */
async function openMailer(settings: MailSettings, deadlineMs: number): Promise<Mailer> {
  const { createSmtpMailer } = await import('./mail/smtp.ts');
  return createSmtpMailer(settings, deadlineMs);
}

/** The library is loaded only where a provider is set; nothing is asked of the provider before somebody signs in. */
async function openOidc(settings: OidcSettings, identity: Identity, publicUrl: URL): Promise<Oidc> {
  const { createOidcProvider } = await import('./identity/oidc/provider.ts');
  const redirectUri = new URL('/api/auth/oidc/callback', publicUrl);
  return {
    ...identity,
    settings,
    provider: createOidcProvider(settings, { clock: identity.clock, redirectUri }),
    throttle: createLoginThrottle(identity.clock),
    slots: createSlots({ atOnce: 8, waiting: 32 }),
  };
}

async function chooseModel(config: Config, embedder: () => Embedder | undefined): Promise<Model> {
  if (!config.model) return extractiveModel({ embedder });
  // 22 MB and 0.2 s, only where a language model is configured.
  const { openAiCompatibleModel } = await import('./models/chat-completions.ts');
  const { baseUrl, apiKey, name, continuesText } = config.model;
  return openAiCompatibleModel({
    baseUrl,
    model: name,
    continuesText,
    ...(apiKey !== undefined && { apiKey }),
    timeouts: {
      firstByteMs: config.limits.modelFirstByteMs / config.test.modelHurry,
      idleMs: config.limits.modelIdleMs / config.test.modelHurry,
      pieceMs: config.limits.modelPieceMs / config.test.modelHurry,
      answerMs: config.limits.modelAnswerMs / config.test.modelHurry,
    },
  });
}
