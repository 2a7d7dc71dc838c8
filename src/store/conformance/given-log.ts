import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import type { AcceptTurnArgs, AcceptTurnResult } from '../commands/accept-turn.ts';
import type { DraftEvent } from '../commands/append-events.ts';
import type { ClaimedTurn, LeaseTime } from '../commands/claim-turn.ts';
import type { AppendTurnArgs } from '../commands/append-to-turns.ts';
import type { EventRecord } from '../queries/log.ts';
import type { Store } from '../store.ts';

/** The agent of every session that the suite makes. */
export const agentId = '00000000-0000-4000-8000-0000000000aa';

/** Builders over one store: each row makes what it needs, and removes it so that the next row finds no turn to claim. */
export class GivenLog {
  store: Store;
  /** With their owners. */
  readonly #sessions = new Map<string, string>();

  constructor(store: Store) {
    this.store = store;
  }

  async user(): Promise<string> {
    const userId = newId();
    await this.store.write.createUser({
      by: byServer,
      userId,
      username: `user-${userId}`,
      displayName: 'User',
      role: 'member',
      passwordHash: 'none',
      at: systemClock.now(),
    });
    return userId;
  }

  async session(userId: string, title = 'Title'): Promise<string> {
    const sessionId = newId();
    this.#sessions.set(sessionId, userId);
    const outcome = await this.store.write.createSession({
      sessionId,
      userId,
      agentId,
      title,
      titleIsSet: false,
      corpora: [],
      origin: 'api',
      at: systemClock.now(),
      by: byServer,
    });
    if (outcome !== 'created') throw new Error(outcome);
    return sessionId;
  }

  /** A user with one session. */
  async owned(): Promise<{ userId: string; sessionId: string }> {
    const userId = await this.user();
    return { userId, sessionId: await this.session(userId) };
  }

  accept(
    { userId, sessionId }: { userId: string; sessionId: string },
    more: Partial<AcceptTurnArgs> = {},
  ): Promise<AcceptTurnResult> {
    return this.store.write.acceptTurn(acceptArgs(sessionId, userId, more));
  }

  /** A message whose turn is claimed. */
  async running(owner: { userId: string; sessionId: string }, lease: Partial<LeaseTime> = {}): Promise<ClaimedTurn> {
    await this.accept(owner);
    const turn = await this.claim({ lease });
    if (!turn) throw new Error('there was no turn to claim');
    return turn;
  }

  claim(
    options: { lease?: Partial<LeaseTime>; goneInstances?: readonly string[]; maxRunningOfAuthor?: number } = {},
  ): Promise<ClaimedTurn | undefined> {
    return this.store.write.claimTurn({
      lease: leaseOf(options.lease),
      goneInstances: options.goneInstances ?? [],
      maxAttempts: 3,
      reserve: { windowTokens: 8_000, answerTokens: 1_000 },
      maxRunningOfAuthor: options.maxRunningOfAuthor ?? 1_000,
      at: systemClock.now(),
    });
  }

  append(turn: { turnId: string; fence: number }, more: Partial<AppendTurnArgs> = {}): Promise<boolean> {
    return this.store.write.appendTurnEvents({
      turnId: turn.turnId,
      fence: turn.fence,
      events: [],
      adkEvents: [],
      nextStep: 0,
      usage: { input_tokens: 1, output_tokens: 1 },
      model: 'test',
      at: systemClock.now(),
      ...more,
    });
  }

  finish(turn: { turnId: string; fence: number }, text = 'Answer'): Promise<boolean> {
    return this.append(turn, { events: [answer(text)], nextStep: 1, end: { state: 'done' } });
  }

  flush(turn: ClaimedTurn, text: string, offset = 0): Promise<{ lost: string[] }> {
    const { turnId, fence, attempt, step } = turn;
    return this.store.write.flushJournal({ pieces: [{ turnId, fence, attempt, step, offset, text, cited: [] }] });
  }

  /** The whole log of a session that was made here. */
  async log(sessionId: string): Promise<EventRecord[]> {
    const userId = this.#sessions.get(sessionId) ?? '';
    return this.store.read.eventsAfter({ sessionId, userId, after: 0, limit: 100_000 });
  }

  /** Deletes a session and clears every row of it, as the server does once it may no longer be brought back. */
  async erase(sessionId: string): Promise<void> {
    const at = systemClock.now();
    await this.store.write.deleteSession({ sessionId, at, by: byServer });
    const tomorrow = new Date(Date.parse(at) + 86_400_000).toISOString();
    await this.store.write.purgeDeletedSessions({ deletedBefore: tomorrow, max: 1_000, at });
    while ((await this.store.write.clearErased({ maxRows: 50, withoutFile: [], at })).did === 'some');
  }

  async removeAll(): Promise<void> {
    for (const sessionId of this.#sessions.keys()) {
      await this.store.write.deleteSession({ sessionId, at: systemClock.now(), by: byServer });
    }
    this.#sessions.clear();
  }
}

export function acceptArgs(sessionId: string, userId: string, more: Partial<AcceptTurnArgs> = {}): AcceptTurnArgs {
  const turnId = more.turnId ?? newId();
  return {
    turnId,
    sessionId,
    authorUserId: userId,
    clientTurnId: newId(),
    requestHash: 'hash',
    text: 'Question',
    corpora: [],
    parentTurnId: null,
    replacesTurnId: null,
    title: 'Question',
    adkEvent: { eventId: turnId, event: { author: 'user' } },
    maxQueuedInSession: 1_000,
    maxQueuedOfAuthor: 1_000_000,
    maxQueued: 1_000_000,
    at: systemClock.now(),
    by: byServer,
    ...more,
  };
}

export function leaseOf(more: Partial<LeaseTime> = {}): LeaseTime {
  return { instanceId: 'here', bootId: 'boot', nowMs: 1_000, untilMs: 16_000, ...more };
}

export function answer(text: string, more: { step?: number; final?: boolean } = {}): DraftEvent {
  return {
    type: 'agent_message',
    payload: {
      step: more.step ?? 0,
      final: more.final ?? true,
      text,
      citations: [],
      model: 'test',
      usage: { input_tokens: 1, output_tokens: 1 },
      partial: false,
    },
  };
}
