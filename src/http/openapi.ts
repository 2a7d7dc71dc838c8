import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import { problem } from '../contract/common.ts';
import type { Route } from './route.ts';

/** The API's description, made from the schemas that the server parses with. */
export function describeApi<Actor, Action>(routes: readonly Route<Actor, Action>[], version: string): unknown {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: describe(route) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Perdure',
      version,
      description: 'Sessions, turns, events, knowledge and administration of a Perdure server.',
    },
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'perdure' },
      },
    },
  });
}

function describe<Actor, Action>(route: Route<Actor, Action>): ZodOpenApiOperationObject {
  return {
    tags: [route.tag],
    summary: route.summary,
    ...(route.access !== 'public' && { security: [{ bearer: [] }, { cookie: [] }] }),
    requestParams: {
      ...(route.params && { path: route.params }),
      ...(route.query && { query: route.query }),
    },
    ...(route.rawBody && { requestBody: { content: { 'application/octet-stream': {} }, required: true } }),
    ...(route.body && !route.rawBody && { requestBody: { content: { 'application/json': { schema: route.body } } } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, answer]) => [
          status,
          {
            description: answer.description,
            ...((answer.schema || answer.mediaType) && {
              content: {
                [answer.mediaType ?? 'application/json']: answer.schema ? { schema: answer.schema } : {},
                ...Object.fromEntries((answer.otherMediaTypes ?? []).map((type) => [type, {}])),
              },
            }),
          },
        ]),
      ),
      default: { description: 'Any error', content: { 'application/problem+json': { schema: problem } } },
    },
  };
}
