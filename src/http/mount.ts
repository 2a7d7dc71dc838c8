import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import type { ZodType } from 'zod';
import { clientAddress, type TrustedProxies } from '../client-address.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Gate, Place } from './gate.ts';
import { type Credential, credentialOf, refuseCrossSite } from './guard.ts';
import { isPlainPath } from './plain-path.ts';
import { toProblem } from './problem.ts';
import { parse, readJson } from './read-body.ts';
import type { Answer, RequestFacts, Route } from './route.ts';
import { openSse, sseHeaders } from './sse.ts';
import type { StreamPlace, StreamRefusal } from './streams.ts';
import { unlessAborted } from './unless-aborted.ts';
import { untilRefused } from './until-refused.ts';
import { whileAllowed } from './while-allowed.ts';

/** What the server needs to know of the features: who somebody is, and whether they may. */
export type HttpPorts<Actor, Action> = {
  authenticate(credential: Credential, request: { address: string }): Promise<Actor | undefined>;
  /** Whether who was admitted would still be: asked again once their body is there, and while a long one is sent. */
  isLive(actor: Actor): Promise<boolean>;
  /** Whether this actor may do this kind of thing at all. */
  admit(actor: Actor, action: Action): boolean;
  actorId(actor: Actor): string;
  /** Called once for each answered request. */
  observe(request: { route: string; method: string; status: number; durationMs: number }): void;
  /** Keeps streams bounded and ends them on a drain. */
  admitStream(actor: Actor | undefined): StreamPlace | StreamRefusal;
  /** Bound the requests under way, with their bodies: ordinary ones, and those that may be long under way. */
  readonly gates: { ordinary: Gate; long: Gate };
  readonly log: Log;
  readonly publicUrl: URL;
  readonly cookie: string;
  readonly trustedProxies: TrustedProxies;
  /** Deadline of an ordinary request, in milliseconds. */
  readonly requestDeadlineMs: number;
};

export type Env = { Bindings: HttpBindings };

export const securityHeaders: Record<string, string> = {
  'content-security-policy':
    "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; img-src 'self' blob:; connect-src 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(self), geolocation=()',
};

/** Serves routes: authenticate, admit, parse, call, shape. Every fault becomes problem+json. */
export function mount<Actor, Action>(
  routes: readonly Route<Actor, Action>[],
  ports: HttpPorts<Actor, Action>,
  /** Adds what is not a route of a feature, before everything unknown under /api is refused. */
  addPages: (app: Hono<Env>) => void = () => {},
): Hono<Env> {
  const app = new Hono<Env>({ strict: true });
  app.onError((error) => {
    ports.log.error('request_failed', { reason: reasonOf(error) });
    return problemOf(error);
  });
  app.use((context, next) =>
    isPlainPath(context.env.incoming.url ?? '') ? next() : Promise.resolve(problemOf(new AppError('not_found'))),
  );
  for (const route of routes) {
    app.on(route.method.toUpperCase(), route.path, (context) => serve(context, route, ports));
  }
  const paths = new Set(routes.map((route) => route.path));
  for (const path of paths) {
    app.all(path, () => problemOf(new AppError('method_not_allowed')));
  }
  addPages(app);
  app.all('/api/*', () => problemOf(new AppError('not_found')));
  return app;
}

async function serve<Actor, Action>(
  context: Context<Env>,
  route: Route<Actor, Action>,
  ports: HttpPorts<Actor, Action>,
): Promise<Response> {
  const startedMs = performance.now();
  const requestId = newId();
  const request = context.req.raw;
  const deadline = AbortSignal.timeout(ports.requestDeadlineMs);
  /** Aborts when whoever asked for something long may not have it any more. */
  const refused = new AbortController();
  const facts: RequestFacts = {
    requestId,
    address: clientAddress(
      context.env.incoming.socket.remoteAddress ?? '',
      context.req.header('x-forwarded-for'),
      ports.trustedProxies,
    ),
    headers: request.headers,
    signal: AbortSignal.any([request.signal, route.unhurried ? refused.signal : deadline]),
    body: request.body,
  };
  let actor: Actor | undefined;
  let response: Response;
  let status: number;
  let code: string | undefined;
  let isStream = false;
  let place: Place | undefined;
  const askAgain = async () => {
    if (actor !== undefined && !(await ports.isLive(actor))) throw new AppError('unauthenticated');
  };
  /** A body may be half a minute on its way, and whoever sends it may be signed out or suspended before it is there. */
  const readBody = async (schema: ZodType) => {
    const sent = await readJson(request, deadline);
    await askAgain();
    return parse(schema, sent, 'Body');
  };
  try {
    place = takePlace(context, route, ports);
    const changes = route.method !== 'get';
    const credential = credentialOf(request.headers, ports.cookie);
    if (changes && (!credential || credential.from === 'cookie')) {
      refuseCrossSite(request.headers, ports.publicUrl, credential !== undefined);
    }
    if (route.access !== 'public') {
      actor = credential && (await ports.authenticate(credential, facts));
      if (!actor) throw new AppError('unauthenticated');
      if (!ports.admit(actor, route.access.action)) throw new AppError('forbidden');
    }
    place?.belongsTo(actor === undefined ? facts.address : ports.actorId(actor));
    const input = {
      params: route.params ? parseParams(route.params, context.req.param()) : undefined,
      query: route.query ? parse(route.query, queryOf(request.url), 'Query') : undefined,
      body: route.body && !route.rawBody ? await readBody(route.body) : undefined,
      request: facts,
    };
    const work = () =>
      route.access === 'public' ? route.handler(input) : route.handler({ ...input, actor: actor as Actor });
    let answer: Answer;
    if (route.unhurried) {
      answer = await untilRefused({ ask: askAgain, refused }, work);
      await askAgain();
    } else answer = await unlessAborted(deadline, work(), tooLate);
    isStream = 'stream' in answer;
    response =
      'stream' in answer ? stream(context, answer, actor, ports) : toResponse(guarded(answer, actor, ports), requestId);
    // A stream has a place of its own from here on.
    if (isStream) place?.leave();
    if ('body' in answer) context.env.outgoing.setTimeout(stalledMs, () => context.env.outgoing.destroy());
    status = isStream ? 200 : response.status;
  } catch (error) {
    const isLate = !(error instanceof AppError) && facts.signal.aborted;
    const problem = toProblem(isLate ? tooLate(error) : error, requestId);
    response = problemResponse(problem, requestId);
    if (isUnread(context.env.incoming)) response.headers.set('connection', 'close');
    status = problem.problem.status;
    code = problem.problem.code;
    if (isStream && code === 'draining') {
      // A cut connection is tried again by every client and proxy; any status but 200 ends a browser's EventSource for good.
      context.env.outgoing.destroy();
      response = RESPONSE_ALREADY_SENT;
    }
    if (status >= 500) ports.log.error('request_failed', { requestId, code, reason: reasonOf(error) });
  }
  const durationMs = Math.round((performance.now() - startedMs) * 10) / 10;
  ports.observe({ route: route.path, method: route.method, status, durationMs });
  ports.log.info('request', {
    requestId,
    method: route.method,
    route: route.path,
    status,
    durationMs,
    ...(actor !== undefined && { actorId: ports.actorId(actor) }),
    ...(code !== undefined && { code }),
  });
  return response;
}

/** A file's reader that takes nothing for this long, or a disk that gives nothing, is not waited for any longer. */
const stalledMs = 60_000;

/** A place until the answer has left or its reader is gone. Probes of the server's health need none: they are to tell of an overload. */
function takePlace<Actor, Action>(
  context: Context<Env>,
  route: Route<Actor, Action>,
  { gates }: HttpPorts<Actor, Action>,
): Place | undefined {
  if (route.access === 'public' && route.method === 'get') return undefined;
  const place = (route.unhurried === 'long' ? gates.long : gates.ordinary).enter();
  context.env.outgoing.once('close', () => place.leave());
  return place;
}

function tooLate(cause?: unknown): AppError {
  return new AppError('overloaded', {
    cause,
    detail:
      'The server did not answer in time. A change may still take effect; a message sent again with the same id arrives once.',
    retryAfterSeconds: 5,
  });
}

/** A parameter that is not of its form names nothing: the same 404 as an unknown one. */
function parseParams(schema: Parameters<typeof parse>[0], value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new AppError('not_found');
  return parsed.data;
}

function queryOf(url: string): Record<string, string> {
  const query: Record<string, string> = Object.create(null);
  for (const [key, value] of new URL(url).searchParams) {
    if (key in query) throw new AppError('bad_request', { detail: `Query: ${key.slice(0, 40)} is given twice.` });
    query[key] = value;
  }
  return { ...query };
}

/** A body that is read as it is sent ends when its reader may come no more. */
function guarded<Actor, Action>(
  answer: Exclude<Answer, { stream: unknown }>,
  actor: Actor | undefined,
  { isLive }: HttpPorts<Actor, Action>,
): Exclude<Answer, { stream: unknown }> {
  if (actor === undefined || !('body' in answer) || !(answer.body instanceof ReadableStream)) return answer;
  return { ...answer, body: whileAllowed(answer.body, () => isLive(actor)) };
}

function toResponse(answer: Exclude<Answer, { stream: unknown }>, requestId: string): Response {
  const headers = { ...securityHeaders, 'cache-control': 'no-store', 'x-request-id': requestId, ...answer.headers };
  if ('body' in answer)
    return new Response(answer.body as ConstructorParameters<typeof Response>[0], { status: answer.status, headers });
  const isEmpty = answer.json === undefined;
  const response = new Response(isEmpty ? null : JSON.stringify(answer.json), {
    status: answer.status,
    headers: { ...headers, ...(!isEmpty && { 'content-type': 'application/json' }) },
  });
  for (const each of answer.cookies ?? []) response.headers.append('set-cookie', each);
  return response;
}

function stream<Actor, Action>(
  context: Context<Env>,
  answer: Extract<Answer, { stream: unknown }>,
  actor: Actor | undefined,
  ports: HttpPorts<Actor, Action>,
): Response {
  // HEAD asks what GET would be answered with, and then nothing follows.
  if (context.req.raw.method === 'HEAD') {
    return new Response(null, { headers: { ...securityHeaders, ...sseHeaders } });
  }
  const place = ports.admitStream(actor);
  if (typeof place === 'string') throw refusalOf(place);
  const connection = openSse(context.env.outgoing, securityHeaders);
  place.open(connection);
  connection.closed.addEventListener('abort', () => place.close());
  const feed = async () => answer.stream(connection);
  feed().catch((error: unknown) => {
    if (!connection.closed.aborted) ports.log.error('stream_failed', { reason: reasonOf(error) });
    connection.end();
  });
  return RESPONSE_ALREADY_SENT;
}

function refusalOf(refusal: StreamRefusal): AppError {
  switch (refusal) {
    case 'yours':
      return new AppError('too_many_requests', {
        detail: 'Too many open streams. Close some tabs.',
        retryAfterSeconds: 5,
      });
    case 'all':
      return new AppError('overloaded', { retryAfterSeconds: 5 });
    case 'ending':
      return new AppError('draining', { retryAfterSeconds: 2 });
  }
}

/** An error's answer, for what no route could take. */
export function problemOf(error: unknown): Response {
  const requestId = newId();
  return problemResponse(toProblem(error, requestId), requestId);
}

function problemResponse({ problem, headers }: ReturnType<typeof toProblem>, requestId: string): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { ...securityHeaders, 'x-request-id': requestId, ...headers },
  });
}

/** What comes with its head, as good as. */
const littleBytes = 64 * 1024;

/** Whether much of its body is to come, which nobody will read: the connection serves no other request, and a client must know it. */
function isUnread({ complete, headers }: IncomingMessage): boolean {
  const isLong = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > littleBytes;
  return isLong && !complete;
}

/** The name and message of an error and of its causes, for the log; none of ours holds a secret or a person's text. */
export function reasonOf(error: unknown): string {
  const parts: string[] = [];
  for (let each: unknown = error; each instanceof Error && parts.length < 4; each = each.cause) {
    parts.push(`${each.name}: ${each.message}`);
  }
  return parts.join(' < ').slice(0, 500);
}
