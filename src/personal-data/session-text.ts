import type { SessionEvent } from '../contract/events.ts';
import { toEvent } from '../events/to-event.ts';
import type { Store } from '../store/store.ts';

const eventsPage = 100;

/** The events of a session in order, read for a member page by page while they are taken.
 *  @param mayGoOn  asked before each page; what it throws ends the reading */
export async function* storedEvents(
  store: Store,
  of: { sessionId: string; userId: string },
  mayGoOn: () => Promise<void> = () => Promise.resolve(),
): AsyncGenerator<SessionEvent> {
  let after = 0;
  for (;;) {
    await mayGoOn();
    const page = await store.read.eventsAfter({ ...of, after, limit: eventsPage });
    for (const record of page) yield toEvent(record);
    const last = page.at(-1);
    if (!last) return;
    after = last.seq;
  }
}

/** `{"session": …, "events": […]}`, an event a line: the text of `sessionFile` of the contract. */
export async function* sessionText(session: object, events: AsyncIterable<SessionEvent>): AsyncGenerator<string> {
  yield `{"session": ${JSON.stringify(session)},\n"events": [`;
  let mark = '\n';
  for await (const event of events) {
    yield `${mark}${JSON.stringify(event)}`;
    mark = ',\n';
  }
  yield '\n]}\n';
}
