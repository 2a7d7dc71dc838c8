import type { ZodObject, ZodType, z } from 'zod';
import type { SseConnection } from './sse.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** What every handler gets beside its parsed input. */
export type RequestFacts = {
  requestId: string;
  /** The caller's address: the socket's, or what a trusted proxy says. */
  address: string;
  headers: Headers;
  /** Aborts when the caller leaves or the request's deadline passes. */
  signal: AbortSignal;
  /** The body's bytes, for a route that declares `rawBody`. */
  body: ReadableStream<Uint8Array> | null;
};

/** What a handler gives back: JSON (or nothing) with a status, a file, or a stream that the handler feeds. */
export type Answer =
  | { status: number; json?: unknown; headers?: Record<string, string>; cookies?: readonly string[] }
  | { status: number; body: ReadableStream<Uint8Array> | Uint8Array | string; headers: Record<string, string> }
  | { stream: (connection: SseConnection) => void | Promise<void> };

/** How a documented answer looks: a schema for JSON, or the media type of anything else; without either it has no body. */
export type DocumentedAnswer = {
  description: string;
  schema?: ZodType;
  mediaType?: string;
  /** What else it comes as, where that is the caller's choice or the file's. */
  otherMediaTypes?: readonly string[];
};

type Shape<Schema> = Schema extends ZodType ? z.output<Schema> : undefined;

type Spec<Params, Query, Body> = {
  method: Method;
  /** With `:name` for parameters. */
  path: string;
  summary: string;
  tag: string;
  params?: Params;
  query?: Query;
  body?: Body;
  /** The handler reads the bytes itself; they are bounded there. */
  rawBody?: boolean;
  /** Without a deadline: what may open a stream, and what may be long under way (an upload, a download, a call that waits for a turn). */
  unhurried?: 'stream' | 'long';
  answers: Record<number, DocumentedAnswer>;
};

/** A route anybody may call. */
export type PublicSpec<Params, Query, Body> = Spec<Params, Query, Body> & {
  access: 'public';
  handler: (input: {
    params: Shape<Params>;
    query: Shape<Query>;
    body: Shape<Body>;
    request: RequestFacts;
  }) => Promise<Answer>;
};

/** A route for whoever is signed in and may do `action`. Which object it is done to, the handler checks. */
export type ActionSpec<Actor, Action, Params, Query, Body> = Spec<Params, Query, Body> & {
  access: { action: Action };
  handler: (input: {
    actor: Actor;
    params: Shape<Params>;
    query: Shape<Query>;
    body: Shape<Body>;
    request: RequestFacts;
  }) => Promise<Answer>;
};

type Erased = Spec<ZodObject | undefined, ZodObject | undefined, ZodType | undefined>;

/** A public route with its input types forgotten. */
export type PublicRoute = Erased & { access: 'public'; handler: (input: AnyInput) => Promise<Answer> };

/** A route with its input types forgotten: what the server mounts and the documentation lists. */
export type Route<Actor, Action> =
  | PublicRoute
  | (Erased & { access: { action: Action }; handler: (input: AnyInput & { actor: Actor }) => Promise<Answer> });

type AnyInput = { params: unknown; query: unknown; body: unknown; request: RequestFacts };

export function publicRoute<
  const Params extends ZodObject | undefined = undefined,
  const Query extends ZodObject | undefined = undefined,
  const Body extends ZodType | undefined = undefined,
>(spec: PublicSpec<Params, Query, Body>): PublicRoute {
  return spec as unknown as PublicRoute;
}

/** Makes the function with which a feature declares its routes. */
export function routeMaker<Actor, Action>() {
  return function route<
    const Params extends ZodObject | undefined = undefined,
    const Query extends ZodObject | undefined = undefined,
    const Body extends ZodType | undefined = undefined,
  >(spec: ActionSpec<Actor, Action, Params, Query, Body>): Route<Actor, Action> {
    return spec as unknown as Route<Actor, Action>;
  };
}
