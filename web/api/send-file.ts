import type { z } from 'zod';
import { t } from '../i18n/translate.ts';
import { problemOf, reportUnauthorized } from './client.ts';
import { ApiError, notUnderstood, unreachable } from './errors.ts';

/** Sends a file as it is, for as long as that takes. `onProgress` hears 0 to 1 as the bytes leave; fetch cannot report that, so this is
 *  XMLHttpRequest. */
export function sendFile<T>(
  schema: z.ZodType<T>,
  path: string,
  file: File,
  {
    method = 'POST',
    onProgress,
    signal,
  }: { method?: 'POST' | 'PUT'; onProgress(share: number): void; signal: AbortSignal },
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const request = new XMLHttpRequest();
  request.open(method, path);
  request.setRequestHeader('content-type', file.type || 'application/octet-stream');
  request.setRequestHeader('accept', 'application/json');
  request.upload.addEventListener('progress', (event) => {
    if (event.lengthComputable) onProgress(event.loaded / event.total);
  });
  request.addEventListener('error', () => reject(unreachable()));
  request.addEventListener('abort', () =>
    reject(
      new ApiError({ status: 0, code: 'cancelled', title: t('Cancelled'), detail: t('You cancelled this upload.') }),
    ),
  );
  request.addEventListener('load', () => resolve(read(schema, request)));
  signal.addEventListener('abort', () => request.abort(), { once: true });
  request.send(file);
  return promise;
}

async function read<T>(schema: z.ZodType<T>, request: XMLHttpRequest): Promise<T> {
  if (request.status === 401) reportUnauthorized();
  const wait = request.getResponseHeader('retry-after');
  const headers = new Headers(wait === null ? {} : { 'retry-after': wait });
  const response = new Response(request.responseText, { status: request.status, headers });
  if (!response.ok) throw await problemOf(response);
  const answer = schema.safeParse(await response.json().catch(() => undefined));
  if (!answer.success) throw notUnderstood(response.status);
  return answer.data;
}
