import type { Duplex } from 'node:stream';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import { securityHeaders } from './mount.ts';
import { toProblem } from './problem.ts';

/** Answers what could not be read as a request, as every error is answered, and closes its connection. */
export function answerClientError(error: Error & { code?: string }, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const fault =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new AppError('too_large', { detail: 'The address and the headers of a request may have at most 16 KiB.' })
      : new AppError('bad_request', { detail: 'This is not a request that can be read.' });
  const requestId = newId();
  const { problem, headers } = toProblem(fault, requestId);
  const body = JSON.stringify(problem);
  const lines = Object.entries({
    ...securityHeaders,
    ...headers,
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${problem.status} Refused\r\n${lines.join('')}\r\n${body}`);
}
