import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../clock.ts';
import { byServer } from '../../../contract/audit.ts';
import type { Citation } from '../../../contract/events.ts';
import { newId } from '../../../ids.ts';
import { storeAllWords } from '../../../store/conformance/message-search-rows.ts';
import { sumMonth } from '../../../store/conformance/usage-month-rows.ts';
import { usageKinds } from '../../../store/queries/usage-months.ts';
import type { DraftEvent } from '../../../store/commands/append-events.ts';
import { everyoneGroupId } from '../../../contract/access.ts';
import type { ClaimedTurn } from '../../../store/commands/claim-turn.ts';
import { openSqliteStore } from '../../../store/sqlite/sqlite-store.ts';
import type { Store } from '../../../store/store.ts';
import { givenCorpus } from './given-corpus.ts';

/** A folder with a store in it. */
type StoreFolder = { folder: string; path: string; store: Store; close(): void };

/** One that is written by the product's own commands. */
export type GivenStore = StoreFolder & { user: string; writer: Writer };

/** What a full store holds: `main` is the session of `turns`, see `fillStore`. */
type Filled = { main: string; turns: string[] };

export const at = '2026-11-22T10:00:00.000Z';
const agentId = 'librarian';
const usage = { input_tokens: 7, output_tokens: 5 };

/** An empty store with one user and one agent. */
export async function givenStore(): Promise<GivenStore> {
  const opened = await openFolder();
  const user = await givenUser(opened.store);
  return { ...opened, user, writer: new Writer(opened.store, user) };
}

async function openFolder(): Promise<StoreFolder> {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-verify-'));
  const path = join(folder, 'perdure.db');
  const store = await openSqliteStore({ path, clock: systemClock });
  return { folder, path, store, close: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A user, and the agent that is asked. */
async function givenUser(store: Store): Promise<string> {
  const agent = { id: agentId, name: 'Librarian', description: '', instructions: '', tools: [] };
  await store.write.putBuiltins({ agents: [agent], at });
  const user = newId();
  await store.write.createUser({
    by: byServer,
    userId: user,
    username: 'anna',
    displayName: 'Anna',
    role: 'curator',
    passwordHash: 'hash',
    at,
  });
  return user;
}

/** Writes turns as a server does, step by step. */
export class Writer {
  readonly #store: Store;
  readonly #user: string;

  constructor(store: Store, user: string) {
    this.#store = store;
    this.#user = user;
  }

  async session(origin: 'web' | 'api' = 'web'): Promise<string> {
    const sessionId = newId();
    const session = { title: '', titleIsSet: false, corpora: [], origin, at, by: byServer } as const;
    await this.#store.write.createSession({ sessionId, userId: this.#user, agentId, ...session });
    return sessionId;
  }

  async send(sessionId: string, text = 'What do okapis eat?'): Promise<string> {
    const turnId = newId();
    const accepted = await this.#store.write.acceptTurn({
      turnId,
      sessionId,
      authorUserId: this.#user,
      clientTurnId: newId(),
      requestHash: text,
      text,
      corpora: [],
      parentTurnId: null,
      replacesTurnId: null,
      title: 'Okapis',
      adkEvent: { eventId: newId(), event: { text } },
      maxQueuedInSession: 20,
      maxQueuedOfAuthor: 100,
      maxQueued: 100,
      at,
      by: byServer,
    });
    if (accepted.outcome !== 'accepted') throw new Error(accepted.outcome);
    return turnId;
  }

  /** Takes the next turn, one of a lost owner first when there is one. */
  async claim(goneInstances: string[] = []): Promise<ClaimedTurn> {
    const lease = { instanceId: 'here', bootId: 'boot', nowMs: 1_000, untilMs: 16_000 };
    const turn = await this.#store.write.claimTurn({
      lease,
      goneInstances,
      maxAttempts: 3,
      reserve: { windowTokens: 8_000, answerTokens: 1_000 },
      maxRunningOfAuthor: 16,
      at,
    });
    if (!turn) throw new Error('no turn to claim');
    return turn;
  }

  async show(turn: ClaimedTurn, step: number, ...texts: string[]): Promise<void> {
    let offset = 0;
    const { turnId, fence, attempt } = turn;
    const pieces = texts.map((text) => {
      const piece = { turnId, fence, attempt, step, offset, text, cited: [] };
      offset += text.length;
      return piece;
    });
    await this.#store.write.flushJournal({ pieces });
  }

  async append(turn: ClaimedTurn, events: DraftEvent[], nextStep: number, isDone = false): Promise<void> {
    const { turnId, fence } = turn;
    const more = { adkEvents: [], usage, model: 'scripted', at, ...(isDone && { end: { state: 'done' as const } }) };
    if (!(await this.#store.write.appendTurnEvents({ turnId, fence, events, nextStep, ...more })))
      throw new Error('lost');
  }

  /** A step that searched, shown and stored, then the final answer. */
  async answer(turn: ClaimedTurn, text = 'Leaves, mostly.', citations: Citation[] = []): Promise<void> {
    await this.show(turn, turn.step, 'Let me ', 'look.');
    const call = { step: turn.step, call_id: 'call-1', tool: 'search_corpora', input: { query: 'okapi' } };
    const asked: DraftEvent[] = [message(turn.step, 'Let me look.', false), { type: 'tool_call', payload: call }];
    await this.append(turn, asked, turn.step + 1);
    const found = { call_id: 'call-1', output: { passages: 1 }, is_error: false };
    await this.append(turn, [{ type: 'tool_result', payload: found }], turn.step);
    const half = Math.ceil(text.length / 2);
    await this.show(turn, turn.step + 1, text.slice(0, half), text.slice(half));
    await this.append(turn, [message(turn.step + 1, text, true, citations)], turn.step + 2, true);
  }
}

function message(step: number, text: string, final: boolean, citations: Citation[] = []): DraftEvent {
  return { type: 'agent_message', payload: { step, final, text, citations, model: 'scripted', usage, partial: false } };
}

/** A full store, closed. */
export async function givenFullStore(): Promise<StoreFolder & Filled> {
  const opened = await openFolder();
  const filled = await fillStore(opened.store);
  await opened.store.close();
  return { ...opened, ...filled };
}

/** Writes a turn of every kind and knowledge into an empty store: `main` has a cited answer, a stopped and a running turn taken over, and a
 *  queued one. */
export async function fillStore(store: Store): Promise<Filled> {
  const user = await givenUser(store);
  const writer = new Writer(store, user);
  const { citation } = await givenCorpus(store, user);
  const login = { tokenId: newId(), tokenHash: 'x', userId: user, verifiedHash: 'hash', userAgent: '', address: '' };
  await store.write.putLoginToken({ ...login, expiresAt: '2027-01-01T00:00:00.000Z', at });
  const limits = { turnsPerDay: 1_000, tokensPerDay: 1_000_000, at, by: { userId: null } };
  await store.write.putBudget({ owner: { kind: 'everybody' }, ...limits });
  await store.write.putBudget({ owner: { kind: 'group', subjectId: everyoneGroupId }, ...limits });

  const other = await writer.session('api');
  await writer.send(other, `A long question: ${'why? '.repeat(20_000)}`);
  await writer.answer(await writer.claim(), 'Because.');
  await writer.send(other);
  const failing = await writer.claim();
  const end = { state: 'failed', code: 'model_failed' } as const;
  const nothing = { events: [], adkEvents: [], nextStep: 0, usage, model: '', at };
  await store.write.appendTurnEvents({ turnId: failing.turnId, fence: failing.fence, ...nothing, end });
  await writer.send(other);
  for (const attempt of [1, 2, 3]) await writer.show(await writer.claim(['here']), 0, `attempt ${attempt}`);
  await writer.send(other);
  await writer.answer(await writer.claim(['here']));
  const changes = { title: 'Renamed', archived: true };
  await store.write.updateSession({ sessionId: other, by: { userId: user }, at, changes });

  const ended = await writer.session();
  await writer.send(ended);
  await store.write.invalidateSessions({ sessionIds: [ended], by: { userId: user }, at });
  const deleted = await writer.session();
  await writer.send(deleted);
  await store.write.deleteSession({ sessionId: deleted, at, by: byServer });

  await givenAdkSession(store);

  const main = await writer.session();
  const turns = [await writer.send(main)];
  await writer.answer(await writer.claim(), 'Leaves [1], mostly.', [citation]);
  turns.push(await writer.send(main));
  const stopped = await writer.claim();
  await writer.show(stopped, 0, 'They live ', 'in');
  await store.write.stopTurn({ sessionId: main, turnId: stopped.turnId, code: 'stopped', at, by: byServer });
  turns.push(await writer.send(main), await writer.send(main));
  await writer.show(await writer.claim(), 0, 'Lost ', 'text');
  await writer.show(await writer.claim(['here']), 0, 'Lost text ', 'goes on 🦒', ' and on');
  await store.write.sealAudit({ maxRecords: 1_000 });
  await storeAllWords(store);
  for (const kind of usageKinds) await sumMonth(store, { kind, month: at.slice(0, 'YYYY-MM'.length) });
  return { main, turns };
}

async function givenAdkSession(store: Store): Promise<void> {
  const key = { appName: 'app', userKey: 'somebody', adkSessionId: 'one' };
  const state = { session: [], user: [], app: [] };
  await store.write.createAdkSession({ ...key, sessionId: newId(), agentId: 'app', title: 'app', state, at, atMs: 1 });
  const asked = {
    client_turn_id: newId(),
    author_user_id: 'somebody',
    text: 'Hello',
    corpora: [],
    parent_turn_id: null,
    replaces_turn_id: null,
  };
  await store.write.appendAdkEvent({
    ...key,
    adkEvent: { eventId: 'event-1', event: {} },
    events: [{ type: 'user_message', payload: asked }, message(0, 'Hello yourself.', true)],
    actor: 'adk:somebody',
    state,
    eventMs: 1,
    at,
  });
}
