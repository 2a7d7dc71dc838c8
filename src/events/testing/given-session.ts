import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import { createLog } from '../../log.ts';
import type { DraftEvent } from '../../store/commands/append-events.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { Store } from '../../store/store.ts';
import { createEventFeed, type EventFeed } from '../event-feed.ts';

const at = systemClock.now();
const noUsage = { input_tokens: 0, output_tokens: 0 };

/** A store with one user and one agent, and a feed on it. */
export class GivenFeed {
  readonly store: Store;
  readonly feed: EventFeed;
  readonly userId: string;
  readonly #folder: string;

  private constructor(made: { store: Store; userId: string; folder: string }) {
    this.store = made.store;
    this.userId = made.userId;
    this.#folder = made.folder;
    this.feed = createEventFeed({ store: made.store, log: createLog('silent') });
  }

  static async open(): Promise<GivenFeed> {
    const folder = mkdtempSync(join(tmpdir(), 'perdure-feed-'));
    const store = await openSqliteStore({ path: join(folder, 'perdure.db'), clock: systemClock });
    const agent = { description: '', instructions: '', tools: [] };
    await store.write.putBuiltins({
      agents: [
        { id: 'librarian', name: 'Librarian', ...agent },
        { id: 'clerk', name: 'Clerk', ...agent },
      ],
      at,
    });
    const userId = newId();
    const alice = { username: 'alice', displayName: 'Alice', role: 'member' as const };
    await store.write.createUser({ by: byServer, userId, ...alice, passwordHash: 'none', at });
    return new GivenFeed({ store, userId, folder });
  }

  /** A session whose title somebody set. */
  async session(): Promise<MovedSession> {
    const { store, userId } = this;
    const sessionId = newId();
    const named = { title: 'Named', titleIsSet: true };
    await store.write.createSession({
      sessionId,
      userId,
      agentId: 'librarian',
      ...named,
      corpora: [],
      origin: 'api',
      at,
      by: byServer,
    });
    return new MovedSession(store, userId, sessionId);
  }

  /** Erases payloads in place, as retention does: an event keeps its seq, type and time. */
  redact(sessionId: string, seqs: readonly number[]): void {
    const database = new DatabaseSync(join(this.#folder, 'perdure.db'), { timeout: 5_000 });
    const erase = database.prepare(
      'update session_events set payload = ?, blob_id = null where session_id = ? and seq = ?',
    );
    for (const seq of seqs) erase.run(JSON.stringify({ redacted: 'retention', at }), sessionId, seq);
    database.close();
  }

  async close(): Promise<void> {
    this.feed.close();
    await this.store.close();
    rmSync(this.#folder, { recursive: true });
  }
}

type Running = {
  turnId: string;
  attempt: number;
  fence: number;
  step: number;
  /** What the attempt journaled of its step. */
  text: string;
  /** What an earlier attempt showed of it and this one goes on from: journaled again with the first piece. */
  carried: string;
  /** A call that has no result yet. */
  openCall: string | undefined;
};

/** Everything that can happen to a session, each by the store's own command. One that makes no sense at its moment changes nothing. */
export const moveNames = [
  'send',
  'write',
  'call',
  'result',
  'ask',
  'decide',
  'finish',
  'fail',
  'stop',
  'takeOver',
  'goOn',
  'rename',
  'change',
  'end',
] as const;
export type MoveName = (typeof moveNames)[number];

/** A session that is moved step by step, by one process that runs its turns. */
export class MovedSession {
  readonly sessionId: string;
  readonly #store: Store;
  readonly userId: string;
  #running: Running | undefined;

  constructor(store: Store, userId: string, sessionId: string) {
    this.#store = store;
    this.userId = userId;
    this.sessionId = sessionId;
  }

  async move(name: MoveName, n: number): Promise<void> {
    const running = this.#running;
    switch (name) {
      case 'send':
        return this.#send();
      case 'write':
        return running && this.#write(running, `piece ${n} 🙂 `);
      case 'call':
        return running && this.#call(running, n);
      case 'result':
        return running && this.#answerCall(running);
      case 'ask':
        return running && this.#append(running, [requested(n), state(running, 'waiting_approval')]);
      case 'decide':
        return running && this.#append(running, [decided(n, this.userId), state(running, 'running')]);
      case 'finish':
        return running && this.#finish(running);
      case 'fail':
        return running && this.#fail(running);
      case 'stop':
        return running && this.#stop(running);
      case 'takeOver':
        return running && this.#claim(await this.#store.read.turnOwners({}), false);
      case 'goOn':
        return running && this.#claim(await this.#store.read.turnOwners({}), true);
      case 'rename':
        return this.#update({ title: `title ${n}` });
      case 'change':
        return this.#update(
          [{ archived: true }, { archived: false, pinned: true }, { corpora: [`${n}`] }, otherAgent][n % 4],
        );
      case 'end':
        await this.#store.write.invalidateSessions({ sessionIds: [this.sessionId], by: { userId: this.userId }, at });
        this.#running = undefined;
    }
  }

  /** Finishes what runs and what waits. */
  async finishAll(): Promise<void> {
    while (this.#running) await this.#finish(this.#running);
  }

  async #send(): Promise<void> {
    const turnId = newId();
    await this.#store.write.acceptTurn({
      turnId,
      sessionId: this.sessionId,
      authorUserId: this.userId,
      clientTurnId: newId(),
      requestHash: 'hash',
      text: 'question 🙂',
      corpora: [],
      parentTurnId: null,
      replacesTurnId: null,
      title: 'question',
      adkEvent: { eventId: newId(), event: {} },
      maxQueuedInSession: 100,
      maxQueuedOfAuthor: 100,
      maxQueued: 100,
      at,
      by: byServer,
    });
    if (!this.#running) await this.#claim([], false);
  }

  async #claim(goneInstances: string[], goesOn: boolean): Promise<void> {
    const lease = { instanceId: newId(), bootId: 'boot', nowMs: 1_000, untilMs: 16_000 };
    const turn = await this.#store.write.claimTurn({
      lease,
      goneInstances,
      maxAttempts: 3,
      maxRunningOfAuthor: 16,
      reserve: { windowTokens: 8_000, answerTokens: 1_000 },
      at,
    });
    if (turn && turn.sessionId !== this.sessionId) throw new Error('a turn of another session was left behind');
    const carried = goesOn ? (turn?.shown.text ?? '') : '';
    this.#running = turn && { ...turn, text: '', carried, openCall: undefined };
  }

  async #write(running: Running, piece: string): Promise<void> {
    await this.#answerCall(running);
    const { turnId, attempt, fence, step } = running;
    const text = running.carried + piece;
    running.carried = '';
    const offset = running.text.length;
    await this.#store.write.flushJournal({ pieces: [{ turnId, attempt, fence, step, offset, text, cited: [] }] });
    running.text += text;
  }

  async #call(running: Running, n: number): Promise<void> {
    await this.#answerCall(running);
    const { step } = running;
    const call_id = `call-${step}-${n}`;
    const call: DraftEvent = { type: 'tool_call', payload: { step, call_id, tool: 'search_corpora', input: { n } } };
    await this.#append(running, [message(running, false), call], { nextStep: step + 1 });
    Object.assign(running, { step: step + 1, text: '', carried: '', openCall: call_id });
  }

  async #answerCall(running: Running): Promise<void> {
    if (running.openCall === undefined) return;
    const payload = { call_id: running.openCall, output: { found: 1 }, is_error: false };
    running.openCall = undefined;
    await this.#append(running, [{ type: 'tool_result', payload }]);
  }

  async #finish(running: Running): Promise<void> {
    await this.#answerCall(running);
    await this.#append(running, [message(running, true)], { nextStep: running.step + 1, end: { state: 'done' } });
    await this.#claim([], false);
  }

  async #fail(running: Running): Promise<void> {
    await this.#append(running, [], { end: { state: 'failed', code: 'model_timeout' } });
    await this.#claim([], false);
  }

  async #stop(running: Running): Promise<void> {
    await this.#store.write.stopTurn({
      sessionId: this.sessionId,
      turnId: running.turnId,
      code: 'stopped',
      at,
      by: byServer,
    });
    await this.#claim([], false);
  }

  async #append(
    running: Running,
    events: DraftEvent[],
    more: Partial<Parameters<Store['write']['appendTurnEvents']>[0]> = {},
  ): Promise<void> {
    const { turnId, fence, step } = running;
    const args = { turnId, fence, events, adkEvents: [], nextStep: step, usage: noUsage, model: 'm', at, ...more };
    if (!(await this.#store.write.appendTurnEvents(args))) throw new Error('the turn is no longer this process’s');
  }

  async #update(changes: Parameters<Store['write']['updateSession']>[0]['changes'] | undefined): Promise<void> {
    const { sessionId } = this;
    await this.#store.write.updateSession({ sessionId, by: { userId: this.userId }, at, changes: changes ?? {} });
  }
}

const otherAgent = { agentId: 'clerk' };

/** What an attempt showed is what its message says; of one that goes on from shown text without a new piece, that text. */
function message({ step, text, carried }: Running, final: boolean): DraftEvent {
  const said = { text: carried + text, citations: [], model: 'm', usage: noUsage, partial: false };
  return { type: 'agent_message', payload: { step, final, ...said } };
}

function state({ attempt }: Running, to: 'running' | 'waiting_approval'): DraftEvent {
  return { type: 'turn_state', payload: { state: to, attempt } };
}

function requested(n: number): DraftEvent {
  return { type: 'approval_requested', payload: { call_id: `asked-${n}`, tool: 'send_mail', input: { n } } };
}

function decided(n: number, userId: string): DraftEvent {
  const decision = n % 2 === 0 ? 'allow' : 'deny';
  return { type: 'approval_decided', payload: { call_id: `asked-${n}`, decision, actor_user_id: userId } };
}
