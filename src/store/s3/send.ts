import * as http from 'node:http';
import * as https from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type Sent = {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** Made when it is sent. */
  body?: (() => Readable) | undefined;
  agent: http.Agent;
  /** A longer answer is broken off. */
  maxBytes: number;
};

export type Answer = { status: number; headers: http.IncomingHttpHeaders; body: Buffer };

/** Sends a request and gives its whole answer. Redirects are answers. Aborting closes the connection.
 *  @throws Error as `node:http` gives it; the signal's reason when aborted */
export function send({ method, url, headers, body, agent, maxBytes }: Sent, signal: AbortSignal): Promise<Answer> {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent });
    const stop = () => {
      sent.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    sent.once('close', () => signal.removeEventListener('abort', stop));
    // An answer that came before the body was gone stands, whatever then happens to the body.
    let isAnswered = false;
    const unlessAnswered = (error: unknown) => {
      if (!isAnswered) reject(error);
    };
    sent.on('error', unlessAnswered);
    sent.once('response', (response) => {
      isAnswered = true;
      resolve(answerOf(response, maxBytes).finally(() => sent.writableFinished || sent.destroy()));
    });
    if (signal.aborted) stop();
    else if (body) pipeline(body(), sent).catch(unlessAnswered);
    else sent.end();
  });
}

async function answerOf(response: http.IncomingMessage, maxBytes: number): Promise<Answer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new Error('an answer that is longer than it may be');
    pieces.push(piece);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) };
}
