import { type Actor, byOf } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { mayTestDrafts } from '../access/usable-agent.ts';
import { toUserEvent } from '../agents/adk-events.ts';
import type { Clock } from '../clock.ts';
import { budgetDay, renewsAt, secondsUntilRenewal } from '../contract/budgets.ts';
import type { PostTurnBody, TurnAnswer } from '../contract/sessions.ts';
import { AppError } from '../errors.ts';
import { newId, sha256 } from '../ids.ts';
import type { SessionLevel } from '../store/queries/session-rows.ts';
import type { AcceptTurnResult, UsedUpBudget } from '../store/commands/accept-turn.ts';
import { storableText } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { titleOfMessage } from './title-of-message.ts';

export type AcceptPorts = {
  store: Store;
  clock: Clock;
  resolveCorpora(actor: Actor, namesOrIds: readonly string[]): Promise<string[]>;
  /** Why no new turn may be accepted, when the server is draining. */
  refusal(): AppError | undefined;
  /** Turns that may wait in one session, of one author, and of everybody. */
  maxQueued: { inSession: number; ofAuthor: number; inAll: number };
};

/** Stores a message once; the turn is queued with it. The same id and body again give the first result.
 *  @throws AppError not_found, session_inactive, agent_unavailable, turn_id_reused, bad_request, too_many_requests,
 *  budget_exhausted, overloaded, draining */
export async function acceptTurn(
  ports: AcceptPorts,
  actor: Actor,
  sessionId: string,
  body: PostTurnBody,
): Promise<TurnAnswer & { repeated: boolean }> {
  const refusal = ports.refusal();
  if (refusal) throw refusal;
  const text = storableText(body.text);
  const session = await ports.store.read.memberSession({ sessionId, userId: actor.userId });
  if (!session) throw new AppError('not_found');
  if (!authorize(actor, 'turn.create', { level: session.level })) throw new AppError('forbidden');
  const corpora = body.corpora
    ? await ports.resolveCorpora(actor, body.corpora)
    : (JSON.parse(session.corpora) as string[]);
  const at = ports.clock.now();
  const turnId = newId();
  const adkEvent = toUserEvent({ id: newId(), turnId, text, timestampMs: ports.clock.nowMs() });
  const result = await ports.store.write.acceptTurn({
    turnId,
    sessionId,
    authorUserId: actor.userId,
    clientTurnId: body.client_turn_id.toLowerCase(),
    requestHash: hashRequest(text, body),
    text,
    corpora,
    parentTurnId: body.parent_turn_id ?? null,
    replacesTurnId: body.replaces_turn_id ?? null,
    title: titleOfMessage(text),
    mayTestDrafts: await mayTestDrafts(ports, actor, { agentId: session.active_agent_id, sessionId }),
    adkEvent: { eventId: adkEvent.id, event: adkEvent },
    maxQueuedInSession: ports.maxQueued.inSession,
    maxQueuedOfAuthor: ports.maxQueued.ofAuthor,
    maxQueued: ports.maxQueued.inAll,
    at,
    by: byOf(actor),
  });
  if ('turnId' in result) {
    const { turnId: turn_id, seq, state, outcome } = result;
    return { turn_id, session_id: sessionId, seq, state, repeated: outcome === 'repeated' };
  }
  if (result.outcome === 'budget_exhausted') throw budgetExhausted(result.budget, at);
  throw refusalOf(result.outcome, session.level);
}

const ofOwner =
  'The agent of this session is not available to you. Its owner can choose another, or an administrator can give you access.';

function refusalOf(
  outcome: Exclude<AcceptTurnResult['outcome'], 'accepted' | 'repeated' | 'budget_exhausted'>,
  level: SessionLevel,
): AppError {
  switch (outcome) {
    case 'not_found':
      return new AppError('not_found');
    case 'inactive':
      return new AppError('session_inactive');
    case 'agent_unavailable':
      // Only its owner chooses a session's agent.
      return level === 'owner'
        ? new AppError('agent_unavailable')
        : new AppError('agent_unavailable', { detail: ofOwner });
    case 'id_reused':
      return new AppError('turn_id_reused');
    case 'unknown_turn':
      return new AppError('bad_request', {
        detail: 'Body: parent_turn_id and replaces_turn_id name turns of this session.',
      });
    case 'other_parent':
      return new AppError('bad_request', {
        detail: 'Body: parent_turn_id is not the turn that the one in replaces_turn_id follows. Leave it out.',
      });
    case 'session_queue_full':
      return new AppError('too_many_requests', {
        detail: 'Too many messages wait in this session. Wait for an answer.',
        retryAfterSeconds: 5,
      });
    case 'author_queue_full':
      return new AppError('too_many_requests', {
        detail: 'Too many of your messages wait for their answers. Wait for some of them.',
        retryAfterSeconds: 10,
      });
    case 'store_queue_full':
      return new AppError('overloaded', {
        detail: 'Too many messages wait for their answers. Nothing was stored; try again in a moment.',
        retryAfterSeconds: 10,
      });
  }
}

/** Every budget renews at once, so whichever is named, the message can be sent at that moment. */
function budgetExhausted({ groupName, unit, perDay }: UsedUpBudget, at: string): AppError {
  return new AppError('budget_exhausted', {
    detail: usedUp({ groupName, unit, perDay: perDay.toLocaleString('en-US') }, budgetDay(renewsAt(at))),
    retryAfterSeconds: secondsUntilRenewal(at),
  });
}

/** Whole sentences: the app translates them. */
function usedUp({ groupName, unit, perDay }: Omit<UsedUpBudget, 'perDay'> & { perDay: string }, day: string): string {
  if (groupName === null) {
    return unit === 'turns'
      ? `Your ${perDay} messages for today are used up. You can send again from ${day} 00:00 UTC, or ask an administrator for more.`
      : `Your ${perDay} tokens for today are used up. You can send again from ${day} 00:00 UTC, or ask an administrator for more.`;
  }
  return unit === 'turns'
    ? `The ${perDay} messages that you share with the group ${groupName} for today are used up. You can send again from ${day} 00:00 UTC, or ask an administrator for more.`
    : `The ${perDay} tokens that you share with the group ${groupName} for today are used up. You can send again from ${day} 00:00 UTC, or ask an administrator for more.`;
}

function hashRequest(text: string, body: PostTurnBody): string {
  const { corpora = null, parent_turn_id = null, replaces_turn_id = null } = body;
  return sha256(JSON.stringify([text, corpora, parent_turn_id, replaces_turn_id]));
}
