import type { RequestListener } from 'node:http';
import { getRequestListener, RequestError } from '@hono/node-server';
import type { Hono } from 'hono';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Env, problemOf, reasonOf } from './mount.ts';

/** Brings requests to an app. What is no request it could be asked with (a backslash in its address, a host that is none) is answered as
 *  every error is. */
export function createListener(app: Hono<Env>, log: Log): RequestListener {
  const answer = getRequestListener(app.fetch, {
    errorHandler(error) {
      if (error instanceof RequestError) {
        return problemOf(new AppError('bad_request', { detail: 'This is not a request that can be read.' }));
      }
      log.error('request_failed', { reason: reasonOf(error) });
      return problemOf(error);
    },
  });
  return (request, response) => void answer(request, response);
}
