import type { ParseAnswer } from './parse-message.ts';

/** The answer of the parsing process as it is sent. It stands apart from `parse-message.ts`, whose schemas that process has no use for: loading
 *  them would be a fifth of its start. Pure. */
export function encodeAnswer(answer: ParseAnswer, text: string): Buffer {
  const json = Buffer.from(JSON.stringify(answer));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, json, Buffer.from(text)]);
}
