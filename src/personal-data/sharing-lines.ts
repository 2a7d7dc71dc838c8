import type { Actor } from '../access/actor.ts';
import type { Store } from '../store/store.ts';

const rowsPage = 100;

/** What is shared with a person, a line for each session; then whom they let into their own, a line for each. */
export async function* sharingLines({ store }: { store: Store }, { userId }: Actor): AsyncGenerator<string> {
  for (let after = ''; ; ) {
    const page = await store.scan.sessionsSharedWith({ userId, after, limit: rowsPage });
    for (const { added_at, ...shared } of page) yield line({ shared: 'with you', ...shared, since: added_at });
    const last = page.at(-1);
    if (!last) break;
    after = last.session_id;
  }
  for (let after = ''; ; ) {
    const page = await store.scan.sharesGivenBy({ userId, after, limit: rowsPage });
    for (const { granted_at, ...shared } of page) yield line({ shared: 'by you', ...shared, since: granted_at });
    const last = page.at(-1);
    if (!last) return;
    after = last.session_id;
  }
}

/** What a person wrote in sessions of others, a line for each message; what others wrote there is theirs. */
export async function* guestMessageLines({ store }: { store: Store }, { userId }: Actor): AsyncGenerator<string> {
  for (let after = { sessionId: '', seq: 0 }; ; ) {
    const page = await store.scan.guestMessagesOf({ userId, after, limit: rowsPage });
    for (const { payload, ...place } of page) {
      const { text } = JSON.parse(payload) as { text?: string };
      if (text !== undefined) yield line({ ...place, text });
    }
    const last = page.at(-1);
    if (!last) return;
    after = { sessionId: last.session_id, seq: last.seq };
  }
}

const line = (facts: object) => `${JSON.stringify(facts)}\n`;
