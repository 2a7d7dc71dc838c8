import { route } from '../../access/route.ts';
import { embedderSettings, testedEmbedder } from '../../contract/embedder-settings.ts';
import { type EmbedderPorts, readEmbedderSettings, testEmbedder } from './embedder-settings.ts';

const tag = 'Administration';

/** What turns text into vectors, and whether it does. */
export function embedderRoutes(ports: EmbedderPorts) {
  return [
    route({
      method: 'get',
      path: '/api/admin/embedder',
      summary: 'Which embedder runs, how it does, and how far it is with the passages',
      tag,
      access: { action: 'admin.models.read' },
      answers: { 200: { description: 'The embedder, without any key', schema: embedderSettings } },
      handler: async () => ({ status: 200, json: await readEmbedderSettings(ports) }),
    }),
    route({
      method: 'post',
      path: '/api/admin/embedder/test',
      summary: 'Embed a few words, and say what came of it',
      tag,
      access: { action: 'admin.models.write' },
      answers: { 200: { description: 'What came of it', schema: testedEmbedder } },
      handler: async ({ actor, request: { signal } }) => ({
        status: 200,
        json: await testEmbedder(ports, actor, signal),
      }),
    }),
  ];
}
