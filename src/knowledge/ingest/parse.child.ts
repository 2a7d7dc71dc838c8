import { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { encodeAnswer } from './encode-answer.ts';
import { parseBytes } from './parse-bytes.ts';
import { ParseError } from './parse-error.ts';
import type { ParseRequest } from './parse-message.ts';
import { splitText } from './split-text.ts';

const answerDescriptor = 3;

new Socket({ fd: answerDescriptor, readable: false, writable: true }).end(await answer(), () => process.exit(0));

async function answer(): Promise<Buffer> {
  try {
    const { fileName, ...limits } = JSON.parse(process.argv[2] ?? '') as ParseRequest;
    const { text, ...document } = await parseBytes(await buffer(process.stdin), fileName, limits);
    const passages = splitText({ text, ...document }).map(({ text: _, ...place }) => place);
    return encodeAnswer({ ok: true, ...document, passages }, text);
  } catch (error) {
    const known = error instanceof ParseError ? error : new ParseError('parser_failed', { cause: error });
    return encodeAnswer({ ok: false, code: known.code, message: known.message }, '');
  }
}
