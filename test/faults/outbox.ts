import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { turnAnswer } from '../../src/contract/sessions.ts';
import { answered, type Client } from '../client.ts';
import type { History, Outcome, Sent } from './history.ts';

export type OutboxOptions = {
  history: History;
  /** The client to send with at this moment. */
  client(): Client;
  /** How long a message is sent again before it is given up, in milliseconds. */
  patienceMs?: number;
  /** Names the message; drawn unless told. */
  clientTurnId?: string;
  /** Told of each try that left the outcome open: what it was answered, undefined for a connection that was lost or refused. */
  onOpen?(status: number | undefined): void;
};

const againMs = 100;

/** Sends a message as a browser's outbox does: again by the same id until the server says what became of it.
 *  @throws Error when the time is over */
export async function sendUntilAnswered(options: OutboxOptions, sessionId: string, text: string): Promise<Outcome> {
  const { history, client, patienceMs = 60_000, clientTurnId = randomUUID(), onOpen } = options;
  const sent: Sent = { sessionId, clientTurnId, text };
  history.invoke(sent);
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    const outcome = await sendOnce(client(), sent, onOpen);
    if (outcome.state !== 'unknown') {
      history.settle(sent.clientTurnId, outcome);
      return outcome;
    }
    if (performance.now() > deadlineMs)
      throw new Error(`no answer to message ${sent.clientTurnId} in ${patienceMs} ms`);
    await pause(againMs);
  }
}

/** One try. A lost connection and every 5xx leave open whether the message was stored; a 429 is asked again as well. */
async function sendOnce(
  client: Client,
  { sessionId, clientTurnId, text }: Sent,
  onOpen: OutboxOptions['onOpen'],
): Promise<Outcome> {
  const body = { client_turn_id: clientTurnId, text };
  const reply = await client.post(`/api/sessions/${sessionId}/turns`, body).catch(() => undefined);
  if (!reply || reply.status >= 500 || reply.status === 429) {
    onOpen?.(reply?.status);
    return { state: 'unknown' };
  }
  if (reply.status !== 202 && reply.status !== 200) return { state: 'refused' };
  const { turn_id: turnId, seq } = answered(reply, reply.status, turnAnswer);
  return { state: 'stored', turnId, seq };
}
