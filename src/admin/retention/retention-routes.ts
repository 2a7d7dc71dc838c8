import { z } from 'zod';
import { route } from '../../access/route.ts';
import {
  keptFor,
  putRetentionBody,
  retentionKind,
  retentionPreview,
  retentionPreviewQuery,
  retentionState,
} from '../../contract/retention.ts';
import { keptForEverybody, previewRetention, putRetention, readRetention, type RetentionPorts } from './retention.ts';

const tag = 'Administration';
const params = z.strictObject({ kind: retentionKind });

/** For how long what is kept. */
export function retentionRoutes(ports: RetentionPorts) {
  return [
    route({
      method: 'get',
      path: '/api/retention',
      tag: 'My account',
      summary: 'For how many days sessions, and what was deleted, are kept; null is for ever',
      access: { action: 'account.read' },
      answers: { 200: { description: 'Days', schema: keptFor } },
      handler: async () => ({ status: 200, json: await keptForEverybody(ports) }),
    }),
    route({
      method: 'get',
      path: '/api/admin/retention',
      tag,
      summary: 'The rules of what is kept for how long, and when they were last carried out',
      access: { action: 'admin.retention.read' },
      answers: { 200: { description: 'The rules', schema: retentionState } },
      handler: async () => ({ status: 200, json: await readRetention(ports) }),
    }),
    route({
      method: 'get',
      path: '/api/admin/retention/:kind/preview',
      tag,
      summary: 'What would go at once if a kind were kept for so many days',
      access: { action: 'admin.retention.read' },
      params,
      query: retentionPreviewQuery,
      answers: { 200: { description: 'How much, the oldest of it, and whose', schema: retentionPreview } },
      handler: async ({ params: { kind }, query }) => ({
        status: 200,
        json: await previewRetention(ports, kind, query.keep_days ?? null),
      }),
    }),
    route({
      method: 'put',
      path: '/api/admin/retention/:kind',
      tag,
      summary: 'Set for how many days a kind is kept, null for ever; what is over goes at once and for good',
      access: { action: 'admin.retention.write' },
      params,
      body: putRetentionBody,
      answers: {
        200: { description: 'The rules', schema: retentionState },
        409: { description: 'More would go than was said; look at the preview again' },
      },
      handler: async ({ actor, params: { kind }, body }) => ({
        status: 200,
        json: await putRetention(ports, actor, kind, body),
      }),
    }),
  ];
}
