import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { isParseErrorCode, ParseError, type ParseErrorCode } from './parse-error.ts';
import { decodeAnswer, type ParseRequest } from './parse-message.ts';
import type { ParsedDocument } from './parsed-document.ts';
import type { Passage } from './split-passages.ts';

export type ParseLimits = {
  maxBytes: number;
  maxPages: number;
  /** Extracted text, in UTF-16 units. */
  maxTextChars: number;
  timeoutMs: number;
  /** JavaScript heap of the parsing process. */
  maxHeapMb: number;
  /** Resident memory of the parsing process, watched where the system tells it (Linux). */
  maxResidentMb: number;
};

const defaultParseLimits: Omit<ParseLimits, 'timeoutMs'> = {
  maxBytes: 50 * 2 ** 20,
  maxPages: 3000,
  maxTextChars: 10_000_000,
  maxHeapMb: 512,
  maxResidentMb: 900,
};

/** A document with its passages, which `splitPassages` made of it with its own limits. */
export type ParsedWithPassages = ParsedDocument & { passages: Omit<Passage, 'text'>[] };

/** Reads a document of any kind in a process of its own, which gets no environment, may write no file and is killed when it
 *  goes over a limit. This process only copies bytes.
 *  @throws ParseError with the reason in words; `stopped` when the signal aborts */
export async function parseDocument(
  file: { bytes: Uint8Array; fileName: string },
  options: { limits?: Partial<ParseLimits>; signal?: AbortSignal } = {},
): Promise<ParsedWithPassages> {
  const limits = { ...defaultParseLimits, timeoutMs: timeoutFor(file.bytes.length), ...options.limits };
  const { signal } = options;
  if (file.bytes.length === 0) throw new ParseError('empty');
  if (file.bytes.length > limits.maxBytes) throw new ParseError('too_large');
  if (signal?.aborted) throw new ParseError('stopped');
  const decoded = decodeAnswer(await runChild(file, limits, signal));
  if (decoded === undefined) throw new ParseError('parser_failed');
  const { answer, text } = decoded;
  if (!answer.ok) {
    const code = isParseErrorCode(answer.code) ? answer.code : 'parser_failed';
    throw new ParseError(code, { message: answer.message });
  }
  const { title, mediaType, headings, pages, notices = [] } = answer;
  const passages = answer.passages.map(({ page, ...place }) => ({ ...place, ...(page === undefined ? {} : { page }) }));
  return { title, text, headings, ...(pages === undefined ? {} : { pages }), notices, mediaType, passages };
}

/** A small file that takes long is made to; a long book takes a second for each 60 to 120 pages. */
function timeoutFor(bytes: number): number {
  return Math.min(60_000, 20_000 + (bytes / 2 ** 20) * 2_000);
}

/** UTF-8 takes at most three bytes a UTF-16 unit; headings and passages come on top. */
const answerBytesPerChar = 5;
const watchEveryMs = 50;
const answerDescriptor = 3;

async function runChild(
  { bytes, fileName }: { bytes: Uint8Array; fileName: string },
  limits: ParseLimits,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const { maxPages, maxTextChars } = limits;
  const request: ParseRequest = { fileName, maxPages, maxTextChars };
  const child = fork(new URL('./parse.child.ts', import.meta.url), [JSON.stringify(request)], {
    env: {},
    execArgv: [`--max-old-space-size=${limits.maxHeapMb}`, '--permission', '--allow-fs-read=*'],
    stdio: ['pipe', 'ignore', 'ignore', 'pipe', 'ipc'],
  });
  yieldTo(child);
  let reason: ParseErrorCode | undefined;
  const kill = (code: ParseErrorCode) => {
    reason ??= code;
    child.kill('SIGKILL');
  };
  const onAbort = () => kill('stopped');
  signal?.addEventListener('abort', onAbort);
  const timer = setTimeout(() => kill('too_slow'), limits.timeoutMs);
  const stopWatching = watchMemory(child, limits.maxResidentMb, () => kill('too_much_memory'));
  try {
    const answer = collect(child, maxTextChars * answerBytesPerChar + 2 ** 20, () => kill('too_much_text'));
    // The process may end before it has read everything; the answer, or its absence, says why.
    child.stdin?.on('error', () => {});
    child.stdin?.end(bytes);
    const { code, killedBy } = await ended(child);
    if (reason !== undefined) throw new ParseError(reason);
    if (code === 0) return await answer;
    // V8 aborts when the heap's limit is reached.
    throw new ParseError(killedBy === 'SIGABRT' || code === 134 ? 'too_much_memory' : 'parser_failed');
  } finally {
    clearTimeout(timer);
    stopWatching();
    signal?.removeEventListener('abort', onAbort);
    child.kill('SIGKILL');
  }
}

/** Whoever chats goes before whatever is being read in. */
function yieldTo({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, or the system does not know priorities.
  }
}

function ended(child: ChildProcess): Promise<{ code: number | null; killedBy: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(new ParseError('parser_failed', { cause })));
    child.once('close', (code, killedBy) => resolve({ code, killedBy }));
  });
}

async function collect(child: ChildProcess, maxBytes: number, tooMuch: () => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const stream = child.stdio[answerDescriptor];
  return new Promise((resolve) => {
    stream?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) tooMuch();
      else chunks.push(chunk);
    });
    child.once('close', () => resolve(Buffer.concat(chunks)));
  });
}

/** Buffers live outside the JavaScript heap, where only the system counts them. */
function watchMemory(child: ChildProcess, maxMb: number, tooMuch: () => void): () => void {
  const timer = setInterval(() => {
    void residentMb(child).then((mb) => (mb > maxMb ? tooMuch() : undefined));
  }, watchEveryMs);
  return () => clearInterval(timer);
}

/** 0 where the system does not tell, or when the process has ended. */
async function residentMb(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}
