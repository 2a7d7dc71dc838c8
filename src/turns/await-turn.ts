import { finalTurnStates, type TurnState } from '../contract/events.ts';
import type { AnswerView } from '../contract/fold.ts';
import { toEvent } from '../events/to-event.ts';
import type { EventRecord } from '../store/queries/log.ts';
import type { Store } from '../store/store.ts';

export type AwaitPorts = {
  store: Store;
  /** The longest a caller waits for a turn. */
  chatDeadlineMs: number;
  /** Aborts when this process ends: what is not over by then is gone on with by another. */
  ending: AbortSignal;
};

export type EndedTurn = { state: TurnState; code?: string; answer?: Pick<AnswerView, 'text' | 'citations' | 'at'> };

/** How often the store is asked when no bell rings. */
const pollMs = 1_000;

/** Waits until a turn ends. Undefined when the deadline passes, the caller leaves or the server ends first; the turn goes on. */
export async function awaitTurn(
  { store, chatDeadlineMs, ending }: AwaitPorts,
  of: { sessionId: string; userId: string; turnId: string },
  signal: AbortSignal,
): Promise<EndedTurn | undefined> {
  const over = AbortSignal.any([signal, ending, AbortSignal.timeout(chatDeadlineMs)]);
  while (!over.aborted) {
    const rung = nextBell(store, over);
    const turn = await store.read.turnOutcome(of);
    if (turn && finalTurnStates.has(turn.state)) {
      rung.cancel();
      return {
        state: turn.state,
        ...(turn.code !== null && { code: turn.code }),
        ...(turn.lastMessage && answerOf(turn.lastMessage)),
      };
    }
    await rung.wait;
  }
  return undefined;
}

/** A turn that gave up may have stored no more than what it said before a tool call. */
function answerOf(record: EventRecord): Pick<EndedTurn, 'answer'> {
  const event = toEvent(record);
  if (event.type !== 'agent_message' || !event.final) return {};
  return { answer: { text: event.text, citations: event.citations, at: event.at } };
}

function nextBell(store: Store, over: AbortSignal): { wait: Promise<void>; cancel(): void } {
  const { promise: wait, resolve } = Promise.withResolvers<void>();
  const unsubscribe = store.onCommit((topics) => {
    if (topics.includes('turns')) cancel();
  });
  const timer = setTimeout(cancel, pollMs);
  over.addEventListener('abort', cancel);
  function cancel(): void {
    unsubscribe();
    clearTimeout(timer);
    over.removeEventListener('abort', cancel);
    resolve();
  }
  return { wait, cancel };
}
