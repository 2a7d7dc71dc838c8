import { randomUUID } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import type { Reply } from './client.ts';
import type { Person } from './given.ts';

type Json = Record<string, unknown>;
export type WrittenSession = { session: Json; events: Json[] };

/** Brings an archive back as somebody's, as the page does. */
export const importArchive = (person: Person, archive: Uint8Array): Promise<Reply> =>
  person.client.call('POST', '/api/account/import', { body: archive, headers: { 'content-type': 'application/zip' } });

/** An export with these sessions in it. @param files  beside them, or instead of what would stand under their names */
export function exportWith(
  sessions: readonly WrittenSession[],
  files: Readonly<Record<string, string | Uint8Array>> = {},
) {
  const all: Record<string, string | Uint8Array> = {
    'account.json': JSON.stringify({ format: 'perdure-account-1' }),
    ...Object.fromEntries(
      sessions.map((each) => [`sessions/${String(each.session['session_id'])}.json`, sessionText(each)]),
    ),
    ...files,
  };
  return zipSync(
    Object.fromEntries(
      Object.entries(all).map(([name, bytes]) => [name, typeof bytes === 'string' ? strToU8(bytes) : bytes]),
    ),
  );
}

/** A session's file, as an export writes it. */
export function sessionText({ session, events }: WrittenSession): string {
  return `{"session": ${JSON.stringify(session)},\n"events": [${events.map((event) => `\n${JSON.stringify(event)}`).join(',')}\n]}\n`;
}

/** A session with one question and its answer. */
export function writtenSession(title = 'A written session', text = 'What is written here?'): WrittenSession {
  const sessionId = randomUUID();
  const turnId = randomUUID();
  const at = '2026-01-02T03:04:05.678Z';
  const common = (seq: number) => ({ seq, session_id: sessionId, turn_id: turnId, at });
  return {
    session: {
      session_id: sessionId,
      username: 'somebody else',
      created_at: at,
      last_activity: at,
      title,
      agent: { id: 'librarian', name: 'Librarian' },
      corpora: [],
      chat_messages: 2,
      user_queries: 1,
      is_active: true,
      archived: false,
      pinned: false,
      last_seq: 5,
      imported_at: null,
      deleted_at: null,
    },
    events: [
      {
        type: 'user_message',
        ...common(1),
        client_turn_id: randomUUID(),
        author_user_id: randomUUID(),
        text,
        corpora: [],
        parent_turn_id: null,
        replaces_turn_id: null,
      },
      { type: 'turn_state', ...common(2), state: 'queued', attempt: 0 },
      { type: 'turn_state', ...common(3), state: 'running', attempt: 1 },
      {
        type: 'agent_message',
        ...common(4),
        step: 0,
        final: true,
        text: 'An answer.',
        citations: [],
        model: 'scripted',
        usage: { input_tokens: 3, output_tokens: 2 },
        partial: false,
      },
      { type: 'turn_state', ...common(5), state: 'done', attempt: 1 },
    ],
  };
}
