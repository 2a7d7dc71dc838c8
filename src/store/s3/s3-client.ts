import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { type Clock, delay } from '../../clock.ts';
import type { FilesAddress } from '../../files-address.ts';
import { sha256 } from '../../ids.ts';
import { textIn } from './elements.ts';
import { type Answer, send } from './send.ts';
import { type SigningCache, signedHeaders } from './sign.ts';

export type S3Request = {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Name of a file; the bucket itself is asked without one. */
  fileKey?: string;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  body?: S3Body;
};

/** What is sent, again from its beginning with each try. */
export type S3Body = { bytes: number; sha256: string; open(): Readable };

export type AskOptions = {
  signal?: AbortSignal | undefined;
  /** For one try, from the first byte sent to the last one read. */
  deadlineMs?: number;
  /** Of the answer. */
  maxBytes?: number;
  /** How often it is asked before it is given up. */
  tries?: number;
};

export type S3Client = {
  address: FilesAddress;
  /** Asks, and again where that may help.
   *  @throws S3Refusal, S3Silence; the signal's reason when aborted */
  ask(request: S3Request, options?: AskOptions): Promise<Answer>;
  close(): void;
};

/** The store answered, and not with what was asked for. The message holds the status and the store's word for it: what it says beside may
 *  quote the key. */
export class S3Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(`the store of files answered ${status}${code === '' ? '' : ` ${code}`}`);
    this.status = status;
    this.code = code;
  }
}

/** The store cannot be reached, or did not answer in time. */
export class S3Silence extends Error {}

export type Pace = {
  /** For one try of a short call, from the first byte sent to the last one read. */
  callMs: number;
  /** Before the second try, the third and so on. */
  backoffMs: readonly number[];
};

/** A store that restarts is back by the fourth try. */
const usualPace: Pace = { callMs: 20_000, backoffMs: [200, 800, 2_400] };
const maxAnswerBytes = 2 ** 20;
const connections = 16;
const passingCodes = new Set(['SlowDown', 'InternalError', 'RequestTimeout', 'OperationAborted']);

/** Asks one bucket, by its path. Redirects are not followed: they would carry a file to where nobody said. */
export function openS3Client(address: FilesAddress, clock: Clock, pace: Partial<Pace> = {}): S3Client {
  const { callMs, backoffMs } = { ...usualPace, ...pace };
  const isSecure = address.origin.startsWith('https:');
  const agent = new (isSecure ? SecureAgent : Agent)({ keepAlive: true, maxSockets: connections, timeout: callMs });
  const cache: SigningCache = new Map();

  async function askOnce(
    { method, fileKey, query = {}, headers = {}, body }: S3Request,
    { deadlineMs = callMs, maxBytes = maxAnswerBytes, signal }: AskOptions,
  ): Promise<Answer> {
    const url = new URL(`${address.origin}/${address.bucket}`);
    if (fileKey !== undefined) url.pathname += `/${address.prefix}${fileKey}`;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    // Signed as %20, so not sent as a plus.
    url.search = url.search.replaceAll('+', '%20');
    const unsigned = { method, url, headers, bodySha256: body?.sha256 ?? emptySha256 };
    const signed = await signedHeaders({ address, clock, cache }, unsigned);
    const late = AbortSignal.timeout(deadlineMs);
    const length = method === 'PUT' || method === 'POST' ? { 'content-length': String(body?.bytes ?? 0) } : {};
    const sent = { method, url, headers: { ...signed, ...length }, body: body?.open, agent, maxBytes };
    const answer = await send(sent, signal ? AbortSignal.any([signal, late]) : late);
    if (answer.status >= 200 && answer.status < 300) return answer;
    const code = textIn(answer.body.subarray(0, 64 * 1024).toString('utf8'), 'Code');
    throw new S3Refusal(answer.status, /^\w{1,64}$/.test(code) ? code : '');
  }

  return {
    address,
    async ask(request, options = {}) {
      const { signal, tries = backoffMs.length + 1 } = options;
      for (let tried = 1; ; tried++) {
        signal?.throwIfAborted();
        try {
          return await askOnce(request, options);
        } catch (error) {
          signal?.throwIfAborted();
          const isPassing = !(error instanceof S3Refusal) || mayPass(error);
          const waitMs = backoffMs[tried - 1];
          if (!isPassing || tried >= tries || waitMs === undefined) throw inOurWords(error);
          await delay(waitMs, signal);
        }
      }
    },
    close: () => agent.destroy(),
  };
}

const emptySha256 = sha256('');

function mayPass({ status, code }: S3Refusal): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501) || passingCodes.has(code);
}

function inOurWords(error: unknown): Error {
  if (error instanceof S3Refusal) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isLate = error instanceof Error && error.name === 'TimeoutError';
  const why = isLate ? 'it did not answer in time' : code;
  return new S3Silence(`the store of files cannot be reached${why === '' ? '' : `: ${why}`}`, { cause: error });
}
