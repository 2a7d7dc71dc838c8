import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { systemClock } from '../../../clock.ts';
import { xmlText } from '../../s3/elements.ts';
import { type Signer, whyRefused } from './check-signature.ts';
import { keepObjects, type KeptObjects, Refused } from './kept-objects.ts';

/** What a request asks for: `PUT part`, `POST complete`, `GET list`, or a method alone for a file. */
export type Asked = { what: string; key: string };

/** What is done instead of, or after, what was asked: `refuse` answers with a status, `cut` breaks the line before anything is done,
 *  `lose` after it was done, `silent` never answers, `flip` changes a bit of what is read. */
export type Misbehaviour = { refuse: number; code: string } | 'cut' | 'lose' | 'silent' | 'flip';

export type StrictS3Options = Signer & {
  folder: string;
  bucket: string;
  port?: number;
  misbehave?: (asked: Asked) => Misbehaviour | undefined;
};

export const testSigner = { accessKeyId: 'perdure-tests', secretAccessKey: 'only/in+tests 2026%', region: 'us-east-1' };

/** A store with the part of S3's language that is spoken to it, and S3's strictness: every signature and the hash of every body are checked,
 *  parts are at least 5 MiB, and nothing is visible before it is whole. It serves from a folder, so that it can be killed and begun again. */
export async function openStrictS3(options: StrictS3Options) {
  const kept = await keepObjects(options.folder);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    serve({ ...options, kept, asked }, request, response).catch((error: unknown) => {
      if (response.headersSent) return void response.destroy();
      const status = error instanceof Refused ? error.status : 500;
      refuse(response, status, error instanceof Refused ? error.message : 'InternalError');
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    kept,
    /** What was asked for, in its order. */
    asked,
    url: urlOf(options, port),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type StrictS3 = Awaited<ReturnType<typeof openStrictS3>>;

export function urlOf({ accessKeyId, secretAccessKey, bucket }: Signer & { bucket: string }, port: number): string {
  return `http://${encodeURIComponent(accessKeyId)}:${encodeURIComponent(secretAccessKey)}@127.0.0.1:${port}/${bucket}/originals`;
}

type Serving = StrictS3Options & { kept: KeptObjects; asked: string[] };

async function serve(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url: path = '', headers } = request;
  const url = new URL(path, 'http://strict');
  const [, bucket = '', ...rest] = url.pathname.split('/');
  const key = decodeURIComponent(rest.join('/'));
  const what = wordFor(method, key, url.searchParams);
  serving.asked.push(what);
  const misbehaviour = serving.misbehave?.({ what, key });
  if (misbehaviour === 'silent') return;
  if (misbehaviour === 'cut') return void request.socket.destroy();
  if (typeof misbehaviour === 'object') {
    if (misbehaviour.refuse >= 300 && misbehaviour.refuse < 400) response.setHeader('location', '/elsewhere');
    return refuse(response, misbehaviour.refuse, misbehaviour.code);
  }
  const single = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  const why = whyRefused(serving, { method, path, headers: single, nowMs: systemClock.nowMs() });
  if (why !== undefined) return refuse(response, why === 'AuthorizationHeaderMalformed' ? 400 : 403, why);
  if (bucket !== serving.bucket) return refuse(response, 404, 'NoSuchBucket');
  if (misbehaviour === 'lose') response.end = () => response.destroy();
  await doWhat(serving.kept, { what, key, query: url.searchParams, headers: single, request, response, misbehaviour });
}

function wordFor(method: string, key: string, query: URLSearchParams): string {
  if (key === '') return query.has('uploads') ? `${method} uploads` : `${method} list`;
  if (query.has('partNumber')) return `${method} part`;
  if (query.has('uploads')) return `${method} begin`;
  if (query.has('uploadId')) return method === 'DELETE' ? 'DELETE upload' : `${method} complete`;
  return method;
}

type Doing = Asked & {
  query: URLSearchParams;
  headers: Record<string, string>;
  request: IncomingMessage;
  response: ServerResponse;
  misbehaviour: 'lose' | 'flip' | undefined;
};

async function doWhat(kept: KeptObjects, doing: Doing): Promise<void> {
  const { what, key, query, headers, request, response } = doing;
  const sha256 = headers['x-amz-content-sha256'] ?? '';
  const meta = Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-')));
  const uploadId = query.get('uploadId') ?? '';
  switch (what) {
    case 'PUT':
      return end(response, { etag: `"${await kept.put(key, request, { sha256, meta })}"` });
    case 'HEAD':
    case 'GET':
      return give(kept, doing);
    case 'DELETE':
      await kept.remove(key);
      response.statusCode = 204;
      return end(response);
    case 'HEAD list':
      return end(response);
    case 'GET list':
      return answer(response, await listing(kept, query));
    case 'GET uploads':
      return answer(response, await uploading(kept, query));
    case 'POST begin':
      return answer(response, `<R><UploadId>${await kept.begin(key, meta)}</UploadId></R>`);
    case 'PUT part': {
      const tag = await kept.putPart(uploadId, Number(query.get('partNumber')), request, sha256);
      return end(response, { etag: `"${tag}"` });
    }
    case 'POST complete': {
      const tags = [...(await textOf(request)).matchAll(/<ETag>(.*?)<\/ETag>/g)].map(([, tag = '']) =>
        tag.replace(/&#34;|"|&quot;/g, ''),
      );
      await kept.complete(uploadId, tags);
      return answer(response, '<R/>');
    }
    case 'DELETE upload':
      await kept.abort(uploadId);
      response.statusCode = 204;
      return end(response);
    default:
      throw new Refused(405, 'MethodNotAllowed');
  }
}

async function give(kept: KeptObjects, { what, key, headers, response, misbehaviour }: Doing): Promise<void> {
  const object = await kept.find(key);
  if (!object) throw new Refused(404, 'NoSuchKey');
  const [, from = '0', to = String(object.bytes - 1)] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  const [start, end] = [Number(from), Math.min(Number(to), object.bytes - 1)];
  if (headers.range !== undefined && start > end) throw new Refused(416, 'InvalidRange');
  response.writeHead(headers.range === undefined ? 200 : 206, { ...object.meta, 'content-length': end - start + 1 });
  if (what === 'HEAD' || object.bytes === 0) return void response.end();
  async function* flipped(bytes: AsyncIterable<Uint8Array>) {
    for await (const piece of bytes) yield misbehaviour === 'flip' ? piece.with(0, (piece[0] ?? 0) ^ 1) : piece;
  }
  await pipeline(createReadStream(object.path, { start, end }), flipped, response);
}

/** Fewer than are asked for, as a store may. */
const pageKeys = 100;

async function listing(kept: KeptObjects, query: URLSearchParams): Promise<string> {
  const [prefix, after] = [query.get('prefix') ?? '', query.get('continuation-token') ?? ''];
  const all = (await kept.list()).filter(({ key }) => key.startsWith(prefix) && key > after);
  const page = all.slice(0, Math.min(Number(query.get('max-keys')), pageKeys));
  const contents = page.map(
    ({ key, atMs }) =>
      `<Contents><Key>${xmlText(key)}</Key><LastModified>${new Date(atMs).toISOString()}</LastModified></Contents>`,
  );
  const isMore = page.length < all.length;
  const next = isMore ? `<NextContinuationToken>${xmlText(page.at(-1)?.key ?? '')}</NextContinuationToken>` : '';
  return `<R><IsTruncated>${isMore}</IsTruncated>${next}${contents.join('')}</R>`;
}

async function uploading(kept: KeptObjects, query: URLSearchParams): Promise<string> {
  const found = (await kept.uploads()).filter(({ key }) => key.startsWith(query.get('prefix') ?? ''));
  const texts = found.map(
    ({ id, key, atMs }) =>
      `<Upload><Key>${xmlText(key)}</Key><UploadId>${id}</UploadId><Initiated>${new Date(atMs).toISOString()}</Initiated></Upload>`,
  );
  return `<R>${texts.join('')}</R>`;
}

function answer(response: ServerResponse, xml: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`);
}

function end(response: ServerResponse, headers: Record<string, string> = {}): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end();
}

/** As S3 does, with a text that quotes the key. */
function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml', connection: 'close' });
  response.end(`<Error><Code>${code}</Code><AWSAccessKeyId>${testSigner.accessKeyId}</AWSAccessKeyId></Error>`);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
