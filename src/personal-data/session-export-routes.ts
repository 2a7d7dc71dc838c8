import { z } from 'zod';
import { route } from '../access/route.ts';
import { type SessionExportFormat, sessionExportQuery, sessionFile } from '../contract/session-export.ts';
import { downloadName } from './download-name.ts';
import { exportSession, type SessionExportPorts } from './export-session.ts';

const kinds: Readonly<Record<SessionExportFormat, { ending: string; mediaType: string }>> = {
  markdown: { ending: 'md', mediaType: 'text/markdown; charset=utf-8' },
  json: { ending: 'json', mediaType: 'application/json' },
  page: { ending: 'json', mediaType: 'application/json' },
};

export function sessionExportRoutes(ports: SessionExportPorts) {
  return [
    route({
      method: 'get',
      path: '/api/sessions/:id/export',
      tag: 'Sessions',
      summary:
        'A session as a file: Markdown with its sources as footnotes, or JSON that an import takes. It goes on record.',
      access: { action: 'session.read' },
      params: z.object({ id: z.uuid() }),
      query: sessionExportQuery,
      unhurried: 'long',
      answers: {
        200: {
          description: 'The file; as JSON it looks like this',
          schema: sessionFile,
          otherMediaTypes: ['text/markdown'],
        },
        404: { description: 'No such session' },
      },
      handler: async ({ actor, params: { id }, query: { format } }) => {
        const { session, bytes } = await exportSession(ports, actor, id, format);
        const { ending, mediaType } = kinds[format];
        return {
          status: 200,
          body: ReadableStream.from(bytes),
          headers: {
            'content-type': mediaType,
            'content-disposition': downloadName(`${session.title}.${ending}`),
            'cache-control': 'private, no-store',
          },
        };
      },
    }),
  ];
}
