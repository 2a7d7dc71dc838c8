import { route } from '../access/route.ts';
import { conversationImport, conversationImportQuery } from '../contract/conversation-import.ts';
import type { ImportPorts } from './receive-import.ts';
import { importConversations } from './foreign/import-conversations.ts';

/** @param underWay  who has an import of any kind under way */
export function conversationImportRoutes(ports: ImportPorts, underWay: Set<string>) {
  const bringIn = importConversations(ports, underWay);
  return [
    route({
      method: 'post',
      path: '/api/account/import/conversations',
      summary:
        'Make conversations of ChatGPT, Open WebUI or LibreChat, or a session exported as JSON, yours: the file is the body. With preview=true, say what would come',
      tag: 'My account',
      access: { action: 'account.import' },
      query: conversationImportQuery,
      rawBody: true,
      unhurried: 'long',
      answers: {
        200: { description: 'What comes or came, and what not and why', schema: conversationImport },
        400: { description: 'No file that this version reads; nothing was stored' },
        413: { description: 'Larger than the server accepts' },
        429: { description: 'An import of yours is under way' },
      },
      async handler({ actor, query, request: { body, signal } }) {
        const input = { body, signal, origin: actor.apiKey ? ('api' as const) : ('web' as const) };
        return { status: 200, json: await bringIn(actor, { ...input, isPreview: query.preview === 'true' }) };
      },
    }),
  ];
}
