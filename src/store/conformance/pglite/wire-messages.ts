/** A message of PostgreSQL's protocol after the start: its letter, and what follows its length. */
export type WireMessage = { letter: string; body: Buffer };

const headBytes = 5;

/** Takes the whole messages from the front of what came; the rest is part of the next. */
export function splitMessages(came: Buffer): { messages: WireMessage[]; rest: Buffer } {
  const messages: WireMessage[] = [];
  let at = 0;
  while (came.length - at >= headBytes) {
    const end = at + 1 + came.readUInt32BE(at + 1);
    if (end > came.length) break;
    messages.push({ letter: String.fromCharCode(came[at] ?? 0), body: came.subarray(at + headBytes, end) });
    at = end;
  }
  return { messages, rest: came.subarray(at) };
}

export function encodeMessage({ letter, body }: WireMessage): Buffer {
  const head = Buffer.alloc(headBytes);
  head.write(letter, 'latin1');
  head.writeUInt32BE(body.length + headBytes - 1, 1);
  return Buffer.concat([head, body]);
}

/** A client's message with the name of its prepared statement made one of this owner's; unnamed ones stay so. */
export function ownStatements(message: WireMessage, owner: string): WireMessage {
  const { letter, body } = message;
  // Parse begins with the name; Bind with the portal's, then the statement's; Describe and Close with what is named.
  const at = letter === 'P' ? 0 : letter === 'B' ? body.indexOf(0) + 1 : 'DC'.includes(letter) ? 1 : undefined;
  if (at === undefined || (at === 1 && 'DC'.includes(letter) && body[0] !== 'S'.charCodeAt(0))) return message;
  if (body[at] === 0) return message;
  return { letter, body: Buffer.concat([body.subarray(0, at), Buffer.from(`${owner}_`), body.subarray(at)]) };
}
