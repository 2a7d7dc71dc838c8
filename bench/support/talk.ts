import { EventEmitter, once } from 'node:events';
import { newId } from '../../src/ids.ts';
import { type BenchClient, stateIn } from './client.ts';

const eventsPerTurn = 5;

export type Talk = {
  close(): void;
  /** Sends a message and waits for the end of its turn. Milliseconds from POST to the first streamed text. */
  turn(): Promise<number>;
};

/** A session with its stream open and about as many events as told. */
export async function openTalk(client: BenchClient, events: number): Promise<Talk> {
  const { session_id: sessionId } = (await client.post('/api/sessions')) as { session_id: string };
  let onText: (() => void) | undefined;
  const ends = new EventEmitter<{ end: [] }>();
  let ended = 0;
  const close = await client.follow(sessionId, (event) => {
    if (event.type === 'text_delta' || event.type === 'agent_message') onText?.();
    const state = stateIn(event);
    if (state === 'failed') throw new Error(`a turn failed: ${JSON.stringify(event)}`);
    if (state !== 'done') return;
    ended += 1;
    ends.emit('end');
  });
  const post = () =>
    client.post(`/api/sessions/${sessionId}/turns`, { client_turn_id: newId(), text: 'What is there to say?' });
  const endedAt = async (count: number) => {
    for (let left = count - ended; left > 0; left = count - ended) await once(ends, 'end');
  };
  const turns = events / eventsPerTurn;
  for (let sent = 0; sent < turns; sent++) {
    await post();
    await endedAt(sent - 8);
  }
  await endedAt(turns);
  return {
    close,
    async turn(): Promise<number> {
      const before = ended;
      const first = new Promise<number>((resolve) => (onText = () => resolve(performance.now())));
      const startedMs = performance.now();
      await post();
      const spent = (await first) - startedMs;
      await endedAt(before + 1);
      return spent;
    },
  };
}
