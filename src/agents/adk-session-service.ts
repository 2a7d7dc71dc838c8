import { join, resolve } from 'node:path';
import {
  type AppendEventRequest,
  BaseSessionService,
  type CreateSessionRequest,
  createEvent,
  createSession,
  type DeleteSessionRequest,
  type Event,
  type GetSessionRequest,
  isFinalResponse,
  type ListSessionsRequest,
  type ListSessionsResponse,
  type Session,
  trimTempDeltaState,
} from '@google/adk';
import { type Clock, systemClock } from '../clock.ts';
import { newId } from '../ids.ts';
import type { AdkSessionKey, AdkSessionRecord } from '../store/queries/adk-sessions.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { type AdkEventJson, type DraftEvent, toDrafts, toJson } from './adk-events.ts';
import { originalName, storedName } from './adk-names.ts';
import { mergeState, splitState } from './adk-state.ts';

/** ADK's sessions in Perdure's store. `close` lets what was accepted finish and ends its threads; until then the process stays alive. */
export type AdkSessionService = BaseSessionService & { close(): Promise<void> };

export type AdkSessionServiceOptions = {
  /** Where Perdure keeps its data; `./data` when left out. A server may run on it at the same time. */
  dataDir?: string;
  /** Not available in this version: setting it rejects. */
  databaseUrl?: string;
};

/** Opens a session service that any ADK `Runner` can use. App, user and session ids are any strings, the empty one too.
 *  Its sessions are in Perdure's log with their messages and tool calls, belong to no user and are shown to administrators.
 *  `appendEvent` resolves when the event is durable, and rejects with `Session ID not found` for a session that is not there.
 *  @throws Error when `databaseUrl` is set; AppError `store_unavailable` when the store cannot be used */
export async function openAdkSessionService(options: AdkSessionServiceOptions = {}): Promise<AdkSessionService> {
  if (options.databaseUrl !== undefined) {
    throw new Error('databaseUrl: this version keeps its store in the data directory only; leave it out.');
  }
  const path = join(resolve(options.dataDir ?? './data'), 'perdure.db');
  return adkSessionService({ store: await openSqliteStore({ path, clock: systemClock }), clock: systemClock });
}

/** The same over an opened store, which `close` closes. */
export function adkSessionService({ store, clock }: { store: Store; clock: Clock }): AdkSessionService {
  return new StoredSessionService(store, clock);
}

const maxTitleLength = 120;
/** As long as the administrator's list can be asked for. */
const maxAgentIdLength = 100;

class StoredSessionService extends BaseSessionService {
  readonly #store: Store;
  readonly #clock: Clock;
  #closed: Promise<void> | undefined;

  constructor(store: Store, clock: Clock) {
    super();
    this.#store = store;
    this.#clock = clock;
  }

  override async createSession(request: CreateSessionRequest): Promise<Session> {
    const session = await this.#create(request);
    if (!session) throw new Error(`Session with id ${request.sessionId} already exists.`);
    return session;
  }

  /** Unlike the base's, it takes the empty id for an id and stands two callers at once. */
  override async getOrCreateSession(request: CreateSessionRequest): Promise<Session> {
    const { appName, userId, sessionId } = request;
    const get = async () => (sessionId === undefined ? undefined : this.getSession({ appName, userId, sessionId }));
    return (await get()) ?? (await this.#create(request)) ?? (await get()) ?? (await this.createSession(request));
  }

  /** `numRecentEvents` keeps the newest, 0 none; `afterTimestamp` keeps what follows the last event that is not later. */
  override async getSession({ config, ...name }: GetSessionRequest): Promise<Session | undefined> {
    const { numRecentEvents, afterTimestamp } = config ?? {};
    const record = await this.#store.scan.adkSession({
      ...keyOf(name.appName, name.userId, name.sessionId),
      ...(numRecentEvents !== undefined && numRecentEvents >= 0 && { maxEvents: Math.trunc(numRecentEvents) }),
      ...(afterTimestamp !== undefined && { afterMs: afterTimestamp }),
    });
    if (!record) return undefined;
    return createSession({
      id: name.sessionId,
      appName: name.appName,
      userId: name.userId,
      state: mergeState(record.state),
      events: record.events.map(toEvent),
      lastUpdateTime: record.updatedMs,
    });
  }

  /** By last update, oldest first unless `order` says otherwise, then by id. Events and states are not set. */
  override async listSessions(request: ListSessionsRequest): Promise<ListSessionsResponse> {
    const { appName, userId, page } = request;
    const limit = request.limit === undefined ? undefined : Math.max(0, Math.trunc(request.limit));
    const isPaged = page !== undefined && limit !== undefined;
    const offset = Math.max(0, Math.trunc(isPaged ? (page - 1) * limit : (request.offset ?? 0)));
    const { total, sessions } = await this.#store.scan.adkSessions({
      appName: storedName(appName),
      ...(userId !== undefined && { userKey: storedName(userId) }),
      order: request.order ?? 'asc',
      offset,
      ...(limit !== undefined && { limit }),
    });
    return {
      sessions: sessions.map((each) =>
        createSession({
          id: originalName(each.adk_session_id),
          appName,
          userId: originalName(each.user_key),
          lastUpdateTime: each.updated_ms,
        }),
      ),
      ...pageOf(total, limit, isPaged ? page : undefined, offset),
    };
  }

  override async deleteSession({ appName, userId, sessionId }: DeleteSessionRequest): Promise<void> {
    await this.#store.write.deleteAdkSession({ ...keyOf(appName, userId, sessionId), at: this.#clock.now() });
  }

  override async appendEvent({ session, event }: AppendEventRequest): Promise<Event> {
    if (event.partial) return event;
    trimTempDeltaState(event);
    const json = toJson(event, event.id, event.timestamp);
    const outcome = await this.#store.write.appendAdkEvent({
      ...keyOf(session.appName, session.userId, session.id),
      adkEvent: { eventId: storedName(event.id), event: json },
      events: draftsOf(event, json, session.userId),
      actor: event.author === 'user' ? `adk:${storedName(session.userId)}` : 'agent',
      state: splitState(event.actions?.stateDelta ?? {}),
      eventMs: Math.trunc(event.timestamp),
      at: this.#clock.now(),
    });
    if (outcome === 'not_found') throw new Error(`Session ${session.id} not found`);
    if (outcome === 'inactive') throw new Error(`Session ${session.id} was ended by an administrator`);
    await super.appendEvent({ session, event });
    session.lastUpdateTime = event.timestamp;
    return event;
  }

  close(): Promise<void> {
    this.#closed ??= this.#store.close();
    return this.#closed;
  }

  /** Undefined when the id is taken. */
  async #create({ appName, userId, sessionId, state }: CreateSessionRequest): Promise<Session | undefined> {
    const id = sessionId ?? newId();
    const atMs = this.#clock.nowMs();
    const rows = await this.#store.write.createAdkSession({
      ...keyOf(appName, userId, id),
      sessionId: newId(),
      agentId: appName.slice(0, maxAgentIdLength),
      title: [appName, id].filter(Boolean).join(' · ').slice(0, maxTitleLength) || 'ADK',
      state: splitState(state ?? {}),
      at: new Date(atMs).toISOString(),
      atMs,
    });
    return rows && createSession({ id, appName, userId, state: mergeState(rows), lastUpdateTime: atMs });
  }
}

function keyOf(appName: string, userId: string, sessionId: string): AdkSessionKey {
  return { appName: storedName(appName), userKey: storedName(userId), adkSessionId: storedName(sessionId) };
}

/** The stored event as ADK makes events. Id and time are set again: ADK takes an empty id or the time 0 for missing. */
function toEvent(stored: AdkSessionRecord['events'][number]): Event {
  const json: AdkEventJson = JSON.parse(stored.event);
  const event = createEvent(json);
  return { ...event, id: originalName(stored.event_id), timestamp: json.timestamp };
}

/** What our log says of an event. An answer is final when ADK ends the run with it; one that says nothing is left out. */
function draftsOf(event: Event, json: AdkEventJson, userId: string): DraftEvent[] {
  const user = {
    client_turn_id: event.id,
    author_user_id: userId,
    corpora: [],
    parent_turn_id: null,
    replaces_turn_id: null,
  };
  const { promptTokenCount, candidatesTokenCount } = event.usageMetadata ?? {};
  const usage = { input_tokens: toCount(promptTokenCount), output_tokens: toCount(candidatesTokenCount) };
  const saysNothing = (json.content?.parts ?? []).every((part) => part.thought === true || part.text === '');
  return toDrafts(json, { user, usage, model: event.modelVersion ?? '' }).flatMap((draft): DraftEvent[] => {
    if (draft.type !== 'agent_message' || !draft.payload.final) return [draft];
    if (saysNothing) return [];
    return [{ type: draft.type, payload: { ...draft.payload, final: isFinalResponse(event) } }];
  });
}

/** Whatever a foreign model reports, as a count. */
function toCount(tokens: number | undefined): number {
  return Math.max(0, Math.trunc(tokens ?? 0)) || 0;
}

/** The numbers beside a list: a page of `limit`, or one page of all when there is no limit. Pure. */
function pageOf(total: number, limit: number | undefined, page: number | undefined, offset: number) {
  if (limit === undefined) return { page: 1, limit: total, totalItems: total, totalPages: total === 0 ? 0 : 1 };
  const pageOfOffset = limit === 0 ? 1 : Math.floor(offset / limit) + 1;
  return {
    page: page ?? pageOfOffset,
    limit,
    totalItems: total,
    totalPages: limit === 0 ? 0 : Math.ceil(total / limit),
  };
}
