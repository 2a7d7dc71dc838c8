import type { Actor } from '../access/actor.ts';
import { formatKeyset, parseKeyset } from '../contract/keyset.ts';
import type { MessageSearch } from '../contract/message-search.ts';
import { AppError } from '../errors.ts';
import { askedWords } from '../retrieval/message-words.ts';
import type { MessagePlace } from '../store/queries/message-search.ts';
import type { Store } from '../store/store.ts';

const defaultLimit = 20;
/** What comes in a moment is not told as missing. */
const backlogEvents = 1_000;

/** Messages and final answers of the sessions one is a member of, whoever one is: newest activity first, of one session the newest message first.
 *  @throws AppError bad_request for a cursor that no page gave */
export async function searchMessages(
  { store }: { store: Store },
  { userId }: Actor,
  input: { q: string; limit?: number; cursor?: string },
): Promise<MessageSearch> {
  const after = input.cursor === undefined ? undefined : placeOf(input.cursor);
  const words = askedWords(input.q);
  if (words.length === 0) return { messages: [], next_cursor: null, is_complete: true };
  const [found, behind] = await Promise.all([
    store.scan.searchMessages({ userId, words, limit: input.limit ?? defaultLimit, ...(after && { after }) }),
    store.read.eventsWithoutWords({}),
  ]);
  return {
    messages: found.messages.map(({ sessionId, lastActivity, turnId, said, snippet, title, seq, at }) => ({
      session_id: sessionId,
      title,
      last_activity: lastActivity,
      turn_id: turnId,
      seq,
      role: said,
      at,
      snippet: snippet.text,
      marks: snippet.marks,
    })),
    next_cursor: found.next ? cursorOf(found.next) : null,
    is_complete: behind <= backlogEvents,
  };
}

const cursorOf = ({ lastActivity, sessionId, turnNo, said }: MessagePlace) =>
  formatKeyset({ value: lastActivity, id: `${sessionId} ${turnNo} ${said}` });

function placeOf(cursor: string): MessagePlace {
  const keyset = parseKeyset(cursor);
  const [sessionId, turnNo, said] = keyset?.id.split(' ') ?? [];
  const isPlace =
    keyset &&
    sessionId !== undefined &&
    Number.isSafeInteger(Number(turnNo)) &&
    (said === 'user' || said === 'assistant');
  if (!isPlace) throw new AppError('bad_request', { detail: 'Query: cursor is not valid.' });
  return { lastActivity: String(keyset.value), sessionId, turnNo: Number(turnNo), said };
}
