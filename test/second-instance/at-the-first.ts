import { randomUUID } from 'node:crypto';
import { sessionPeople } from '../../src/contract/sharing.ts';
import type { RecordedRequest } from '../../src/models/testing/fake-answers.ts';
import { answered } from '../client.ts';
import { type HalfSent, sendHalf } from '../half-sent.ts';
import type { SseReader } from '../sse-reader.ts';
import { send } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import type { Given } from './given-guest.ts';

/** What a guest has open and under way at the first instance. */
export type AtTheFirst = {
  stream: SseReader;
  feed: SseReader;
  /** A feed that was opened with the key. */
  keyFeed: SseReader;
  turnId: string;
  /** How the turn asked its model. */
  asked: RecordedRequest;
  /** A message whose last byte has not arrived. */
  half: HalfSent;
};

const accept = { accept: 'text/event-stream' };
/** As good as without an end. */
const words = Array.from({ length: 10_000 }, () => 'word ');

export async function openAtTheFirst(given: Given): Promise<AtTheFirst> {
  const { guest, key, sessionId } = given;
  const events = `/api/sessions/${sessionId}/events`;
  const stream = await guest.client.stream(`${events}?after=0`, { headers: accept });
  const feed = await guest.client.stream(`/api/feed?sessions=${sessionId}@0`);
  const keyFeed = await key.client.stream('/api/feed');
  const turn = await answeredAtTheFirst(given);
  for (const reader of [stream, feed]) {
    await reader.until('the answer under way', ({ raw }) => raw.includes('"text_delta"'));
  }
  await keyFeed.until('its first frame', ({ ids }) => ids.length > 0);
  await waitFor('the guest seen there', () => isHere(given));
  const message = JSON.stringify({ client_turn_id: randomUUID(), text: 'And then?' });
  const half = await sendHalf(guest.client, 'POST', `/api/sessions/${sessionId}/turns`, message);
  return { stream, feed, keyFeed, ...turn, half };
}

/** A message of the guest’s that the first instance answers. */
async function answeredAtTheFirst(given: Given): Promise<Pick<AtTheFirst, 'turnId' | 'asked'>> {
  const { guest, sessionId, instances } = given;
  for (;;) {
    const before = instances.model.requests.length;
    instances.model.next({ pieces: words, pieceDelayMs: 20 });
    const { turn_id: turnId } = await send(guest, sessionId, 'Tell me all.');
    const asked = await waitFor('the model asked', () => instances.model.requests[before]);
    if (instances.claimedBy(0).includes(turnId)) return { turnId, asked };
    await guest.client.post(`/api/sessions/${sessionId}/turns/${turnId}/stop`);
    await waitFor('the model let go', () => asked.aborted);
  }
}

/** Whether its owner sees the guest in the session with it open. */
export async function isHere({ owner, guest, sessionId }: Given): Promise<boolean> {
  const reply = await owner.client.get(`/api/sessions/${sessionId}/people`);
  // Nobody is in a session that is deleted.
  if (reply.status === 404) return false;
  const { people } = answered(reply, 200, sessionPeople);
  return people.some(({ user_id, is_here }) => user_id === guest.user.id && is_here);
}

/** Ends what is left. */
export async function leave({ admin, sessionId }: Given, left: AtTheFirst): Promise<void> {
  left.half.destroy();
  for (const reader of [left.stream, left.feed, left.keyFeed]) await reader.close();
  await admin.post(`/api/admin/sessions/${sessionId}/stop`);
  await waitFor('the model let go', () => left.asked.aborted);
}
