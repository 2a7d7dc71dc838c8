import type { z } from 'zod';
import { type SessionEvent, sessionEvent } from '../contract/events.ts';
import { exportedSession, type SessionFile } from '../contract/session-export.ts';
import { AppError } from '../errors.ts';
import { faultsOf, refuseDangerousKeys } from '../http/read-body.ts';
import { decodeJson, encodeJson } from '../store/json.ts';
import { ImportFault } from './import-fault.ts';
import type { ImportLimits } from './import-limits.ts';

/** The longest event is a tool's result or an answer of 1 MiB; every character of it may be an escape of six. */
const maxLineChars = 8 * 2 ** 20;
const notOurs = 'It is not as Perdure wrote it.';

/** Reads `sessions/ID.json` of an export line by line: an event a line, each checked against the contract when it is read, so that no
 *  step takes long and nothing is parsed that the contract does not know.
 *  @throws ImportFault naming the first fault */
export async function readSessionFile(chunks: AsyncIterable<Uint8Array>, limits: ImportLimits): Promise<SessionFile> {
  const lines = linesOf(chunks);
  const header = /^\{"session": (\{.*\}),$/.exec((await next(lines)) ?? '')?.[1];
  if (header === undefined) throw new ImportFault(notOurs);
  const facts = read(header, exportedSession, theSession);
  if ((await next(lines)) !== '"events": [') throw new ImportFault(notOurs);
  const events: SessionEvent[] = [];
  for (let mayFollow = true; ; ) {
    const line = await next(lines);
    if (line === ']}') break;
    if (line === undefined || !mayFollow) throw new ImportFault(notOurs);
    if (events.length === limits.eventsOfSession)
      throw new ImportFault(`It has more than ${limits.eventsOfSession.toLocaleString('en-US')} events.`);
    // The comma before the next event stands at the end of the line.
    mayFollow = line.endsWith('},');
    events.push(read(mayFollow ? line.slice(0, -1) : line, sessionEvent, theEvent(events.length + 1)));
  }
  if ((await next(lines)) !== undefined) throw new ImportFault(notOurs);
  return { session: facts, events };
}

/** What is said of a line that is no JSON, or not what it should be. */
type LineWords = { noJson: string; notOurs(fault: string): string };

const theSession: LineWords = {
  noJson: 'The session is no JSON.',
  notOurs: (fault) => `The session is not as Perdure wrote it (${fault}).`,
};

const theEvent = (number: number): LineWords => ({
  noJson: `Event ${number} is no JSON.`,
  notOurs: (fault) => `Event ${number} is not as Perdure wrote it (${fault}).`,
});

function read<T>(json: string, schema: z.ZodType<T>, words: LineWords): T {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new ImportFault(words.noJson);
  }
  try {
    refuseDangerousKeys(value);
  } catch (error) {
    if (error instanceof AppError) throw new ImportFault(error.message);
    throw error;
  }
  // As the store keeps it: without unpaired surrogates and U+0000.
  const parsed = schema.safeParse(/\\u(?:d[89a-f]|0000)/i.test(json) ? decodeJson<unknown>(encodeJson(value)) : value);
  if (parsed.success) return parsed.data;
  throw new ImportFault(words.notOurs(faultsOf(parsed.error).slice(0, 500)));
}

async function next(lines: AsyncGenerator<string>): Promise<string | undefined> {
  const { value, done } = await lines.next();
  return done === true ? undefined : value;
}

/** Lines that are not empty.
 *  @throws ImportFault */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw new ImportFault('It is not UTF-8.');
    }
  };
  let rest = '';
  for await (const chunk of chunks) {
    const [first = '', ...more] = decode(chunk).split('\n');
    rest += first;
    for (const line of more) {
      if (rest !== '') yield rest;
      rest = line;
    }
    if (rest.length > maxLineChars) throw new ImportFault('A line of it is longer than the server reads.');
  }
  rest += decode();
  if (rest !== '') yield rest;
}
