/** Where each wanted session stands: session id to resume cursor. */
export type Wants = ReadonlyMap<string, string>;

/** More would make the address too long for some proxies. */
export const maxWantedSessions = 40;

type Position = { seq: number; text?: { step: string; offset: number } };

/** One stream that serves every tab: the union of their sessions, each from a cursor that covers all who want it. */
export function unionWants(tabs: Iterable<Wants>): Map<string, string> {
  const union = new Map<string, string>();
  for (const wants of tabs) {
    for (const [sessionId, cursor] of wants) {
      const other = union.get(sessionId);
      union.set(sessionId, other === undefined ? cursor : coveringCursor(other, cursor));
    }
  }
  return union;
}

/** A cursor from which a stream sends everything that a stream from either would. Events sent twice are ignored by the fold. */
export function coveringCursor(a: string, b: string): string {
  if (a === b) return a;
  const left = parse(a);
  const right = parse(b);
  if (!left) return b;
  if (!right) return a;
  const seq = Math.min(left.seq, right.seq);
  if (!left.text || !right.text || left.text.step !== right.text.step) return String(seq);
  return `${seq}.${left.text.step}.${Math.min(left.text.offset, right.text.offset)}`;
}

/** Whether a stream that stands at the given positions must be opened anew to serve the wants. */
export function mustReopen(streaming: Wants, wanted: Wants): boolean {
  for (const [sessionId, cursor] of wanted) {
    const position = streaming.get(sessionId);
    if (position === undefined || coveringCursor(position, cursor) !== position) return true;
  }
  return false;
}

export function feedUrl(wants: Wants): string {
  const sessions = [...wants].slice(-maxWantedSessions).map(([id, cursor]) => `${id}@${cursor}`);
  return sessions.length === 0 ? '/api/feed' : `/api/feed?sessions=${encodeURIComponent(sessions.join(','))}`;
}

/** `<seq>` or `<seq>.<turn_no>.<attempt>.<step>.<offset>`. */
function parse(cursor: string): Position | undefined {
  const parts = cursor.split('.').map(Number);
  if (!parts.every((part) => Number.isSafeInteger(part) && part >= 0)) return undefined;
  const [seq, turnNo, attempt, step, offset] = parts;
  if (seq === undefined) return undefined;
  if (parts.length === 1) return { seq };
  if (parts.length !== 5 || offset === undefined) return undefined;
  return { seq, text: { step: `${turnNo}.${attempt}.${step}`, offset } };
}
