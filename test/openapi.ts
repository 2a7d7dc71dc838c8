import { z } from 'zod';
import type { Client } from './client.ts';

const parameter = z.object({
  in: z.enum(['path', 'query', 'header', 'cookie']),
  name: z.string(),
  required: z.boolean().optional(),
  schema: z.record(z.string(), z.unknown()).optional(),
});
const content = z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()).optional() }));
const operation = z.object({
  parameters: z.array(parameter).optional(),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ content: content.optional() })),
  security: z.array(z.unknown()).optional(),
});
const description = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())).optional() }).optional(),
});

export type Operation = z.infer<typeof operation> & { method: string; path: string };

/** Every operation that the server says it has. */
export async function describedOperations(client: Client): Promise<Operation[]> {
  const reply = await client.get('/api/openapi.json');
  const { paths } = description.parse(JSON.parse(reply.text));
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => ({ method, path, ...each })),
  );
}
