/** How the fake server answers one request. Plain JSON, so that another process can send it. */
export type FakeAnswer = {
  /** An error instead of an answer: status, headers and body as given. */
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** The text to stream, in pieces of about a word; else `tokens` words drawn by `seed`. */
  text?: string;
  /** The exact pieces to stream, whatever they cut. */
  pieces?: string[];
  seed?: number;
  tokens?: number;
  /** Instead of a text: pieces without end, one each `pieceDelayMs` by the clock, that say when they were sent: a blank, `t` and 10 digits of
   *  base 36, nanoseconds of the machine's monotonic clock. */
  stamped?: boolean;
  /** Arguments go as they are, so they may be broken. They are sent in several pieces, interleaved. */
  toolCalls?: { id: string; name: string; arguments: string }[];
  /** Milliseconds before the first byte, and before each piece. */
  firstByteDelayMs?: number;
  pieceDelayMs?: number;
  /** After this many pieces: silence until the client leaves, a cut connection, an unreadable line, an error object. */
  stallAfter?: number;
  cutAfter?: number;
  garbageAfter?: number;
  errorAfter?: { pieces: number; error: { message: string; code?: number } };
  /** Ends without a finish reason and without `[DONE]`. */
  endsEarly?: boolean;
  /** Instead of an answer: bytes as they are, in base64, one item each `pieceDelayMs`; then the end, or all of it again and again until the
   *  client leaves. */
  raw?: { items: string[]; forever?: boolean };
  /** Comment lines sent before the first piece, one each `pieceDelayMs`: bytes that are no answer. */
  comments?: number;
  usage?: { prompt_tokens: number; completion_tokens: number };
  /** Goes on from a trailing assistant message when the text begins with it. */
  continues?: boolean;
  /** Searches first when asked with the tool `search_corpora`, then streams its text and cites the first passage. */
  librarian?: boolean;
};

export type RecordedRequest = {
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: ChatRequest;
  /** Whether the client left before the answer's end. */
  aborted: boolean;
};

/** The part of a chat completion request that answers depend on. */
export type ChatRequest = {
  model?: string;
  messages?: { role: string; content?: unknown; tool_call_id?: string; tool_calls?: unknown }[];
  tools?: { function: { name: string; parameters: unknown } }[];
};

/** The pieces and calls an answer has for this request. Pure. */
export function planAnswer(
  answer: FakeAnswer,
  request: ChatRequest,
): { pieces: string[]; toolCalls: NonNullable<FakeAnswer['toolCalls']> } {
  const last = request.messages?.at(-1);
  const canSearch = request.tools?.some((tool) => tool.function.name === 'search_corpora') ?? false;
  if (answer.librarian && canSearch && last?.role === 'user') {
    const query = textOf(last.content).slice(0, 500);
    const id = `call_${request.messages?.length ?? 0}`;
    return { pieces: [], toolCalls: [{ id, name: 'search_corpora', arguments: JSON.stringify({ query }) }] };
  }
  const text = answer.text ?? answer.pieces?.join('') ?? seededWords(answer.seed ?? 1, answer.tokens ?? 20);
  const whole = answer.librarian ? `${text}${citeFirst(request)}` : text;
  const shown = answer.continues && last?.role === 'assistant' ? textOf(last.content) : '';
  const rest = whole.startsWith(shown) ? whole.slice(shown.length) : whole;
  const pieces = answer.pieces && !answer.librarian && rest === whole ? answer.pieces : toPieces(rest);
  return { pieces, toolCalls: answer.toolCalls ?? [] };
}

/** `count` words drawn by a seeded generator: the same seed gives the same text everywhere. */
function seededWords(seed: number, count: number): string {
  const words = ['the', 'store', 'keeps', 'every', 'event', 'of', 'a', 'session', 'and', 'its', 'answer', 'durable'];
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return words[(state >>> 16) % words.length];
  };
  return Array.from({ length: count }, next).join(' ');
}

function toPieces(text: string): string[] {
  return text.match(/\s*\S+\s*$|\s*\S+/g) ?? (text === '' ? [] : [text]);
}

function citeFirst(request: ChatRequest): string {
  const result = request.messages?.findLast((message) => message.role === 'tool');
  const number = /"n":(\d+)/.exec(textOf(result?.content))?.[1];
  return number ? ` [${number}].` : '';
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: unknown) => (isText(part) ? part.text : '')).join('');
}

function isText(part: unknown): part is { text: string } {
  return typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string';
}
