import * as http from 'node:http';
import * as https from 'node:https';
import { z } from 'zod';
import { endpointLimits, modelName } from '../../contract/model-endpoints.ts';
import type { EndpointAccess } from '../endpoints.ts';
import { checkedLookup, refuseForbidden } from '../forbidden-address.ts';

/** Of an answer, in bytes: more than any provider's list takes. */
const maxBytes = 4 * 2 ** 20;

const named = z.object({ id: z.string() }).transform(({ id }) => id);
const list = z.union([z.object({ data: z.array(named) }).transform(({ data }) => data), z.array(named)]);

/** An answer that is no success. */
export class NotListed extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

/** An answer that is no list of models. */
export class NoList extends Error {}

/** The names of an endpoint's models, by `GET /models`, in order; names that no model could have here are left out. A redirect is no success,
 *  so the key goes nowhere else.
 *  @throws NotListed, NoList; Error as `node:http` gives it */
export async function getModels({ baseUrl, apiKey }: EndpointAccess, signal: AbortSignal): Promise<string[]> {
  const url = new URL(`${baseUrl}/models`);
  refuseForbidden(url);
  const response = await get(url, apiKey, signal);
  const { statusCode: status = 0 } = response;
  if (status < 200 || status >= 300) {
    response.destroy();
    throw new NotListed(status);
  }
  const listed = list.safeParse(parse(await textOf(response)));
  if (!listed.success) throw new NoList();
  const names = listed.data.flatMap((id) => modelName.safeParse(id).data ?? []);
  return [...new Set(names)].toSorted().slice(0, endpointLimits.models);
}

function get(url: URL, apiKey: string | undefined, signal: AbortSignal): Promise<http.IncomingMessage> {
  const { request } = url.protocol === 'https:' ? https : http;
  const headers = { accept: 'application/json', ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'GET', headers, signal, lookup: checkedLookup, agent: false }, resolve);
    sent.on('error', reject);
    sent.end();
  });
}

async function textOf(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new NoList();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NoList();
  }
}
